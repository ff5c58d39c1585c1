import { createRequire } from 'node:module'

import * as bigtable from '@google-cloud/bigtable'
import * as spanner from '@google-cloud/spanner'
import { describe, expect, test } from 'vitest'

import { handWrittenServiceOf } from './services.ts'

// Canaries: what is relied on was tested with these. When one fails, try createClient with the new version, then add it.

const require = createRequire(import.meta.url)

describe('@google-cloud/spanner', () => {
  const { Spanner } = spanner
  const client = new Spanner({ projectId: 'project', disableBuiltInMetrics: true })

  test('the version was tested', () => {
    const { version } = require('@google-cloud/spanner/package.json')
    expect(handWrittenServiceOf(Spanner)).toMatchObject({ packageName: '@google-cloud/spanner' })
    expect(handWrittenServiceOf(Spanner)?.testedVersions).toContain(version)
  })

  test('it keeps its inner clients, which have its options, in a Map', () => {
    const admin = client.getInstanceAdminClient()
    expect(client.clients_).toEqual(new Map([['InstanceAdminClient', admin]]))
    expect(Reflect.get(admin, '_opts')).toMatchObject({ disableBuiltInMetrics: true })
  })

  test('it turns metrics on and off for the process in the method that is skipped', () => {
    const { MetricsTracerFactory } = require('@google-cloud/spanner/build/src/metrics/metrics-tracer-factory.js')
    MetricsTracerFactory.enabled = true
    Reflect.apply(Reflect.get(Spanner.prototype, 'configureMetrics_'), client, [true])
    expect(MetricsTracerFactory.enabled).toBe(false)
  })
})

describe('@google-cloud/bigtable', () => {
  const { Bigtable } = bigtable
  const client = new Bigtable({ projectId: 'project', metricsEnabled: false })

  test('the version was tested', () => {
    const { version } = require('@google-cloud/bigtable/package.json')
    expect(handWrittenServiceOf(Bigtable)).toMatchObject({ packageName: '@google-cloud/bigtable' })
    expect(handWrittenServiceOf(Bigtable)?.testedVersions).toContain(version)
  })

  test('it has options for each class of inner clients that the table names, and no others', () => {
    expect(Object.keys(client.options)).toEqual(Object.keys(handWrittenServiceOf(Bigtable)?.innerHosts ?? {}))
  })

  test('it makes the admin clients that it does not keep by the methods that the table names, and no others', () => {
    const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(client.admin))
    const makers = handWrittenServiceOf(Bigtable)?.makers?.map(({ method }) => method) ?? []
    expect(methods.toSorted()).toEqual(['constructor', ...makers].toSorted())
  })

  test('an apiEndpoint keeps it from looking for a project', () => {
    expect(new Bigtable({ apiEndpoint: 'localhost:1', metricsEnabled: false }).customEndpoint).toBe('localhost:1')
  })
})
