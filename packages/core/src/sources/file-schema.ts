import { toSnakeCase } from '../options/fields.ts'
import { clientOptionsJsonSchema, type JsonSchema } from '../options/json-schema.ts'
import { credentialTypes } from '../settings/client-policy.ts'
import type { certificateProperties } from './certificate-files.ts'

const path: JsonSchema = { type: ['string', 'null'], minLength: 1 }

/** What stands in a file for a certificate source. */
const certificate: Readonly<Record<(typeof certificateProperties)[number], JsonSchema>> = {
  clientCertificateFile: {
    ...path,
    description:
      'Path of a PEM client certificate (or chain, leaf first), relative to this file; needs clientCertificateKeyFile.',
  },
  clientCertificateKeyFile: {
    ...path,
    description: 'Path of the PEM private key of the client certificate, relative to this file.',
  },
  clientCertificateKeyPassphraseVariable: {
    ...path,
    description: 'Name of the environment variable that holds the passphrase of the key, when it is encrypted.',
  },
}

const names: JsonSchema = { type: 'array', items: { type: 'string', minLength: 1 } }
const forbidden: JsonSchema = { const: false }

/**
 * A JSON Schema (draft 2020-12) for the files that `optionsFromFile` reads, for editors. It is the file
 * `@client-options/core/client-options.schema.json`. It is looser than `optionsFromFile`, which has the last word.
 */
export const optionFileJsonSchema: JsonSchema = /* @__PURE__ */ make()

function make(): JsonSchema {
  const { properties = {}, allOf = [], $schema } = clientOptionsJsonSchema
  const options = { ...properties, ...Object.fromEntries(Object.entries(certificate).flatMap(inBothSpellings)) }
  const references = Object.keys(options).map(key => [key, { $ref: `#/$defs/options/properties/${key}` }])
  const section = { ...Object.fromEntries(references), services: { $ref: '#/$defs/services' } }
  const exclusions = [{ $ref: '#/$defs/exclusions' }]
  return {
    $schema: $schema ?? '',
    title: 'Client options',
    description: 'Options of Google clients, read by optionsFromFile of @client-options/core.',
    type: 'object',
    properties: {
      $schema: { type: 'string', description: 'Where this schema is, for editors.' },
      ...section,
      profiles: {
        description: 'Named options, which go before those for all.',
        type: ['object', 'null'],
        additionalProperties: {
          type: ['object', 'null'],
          properties: section,
          additionalProperties: false,
          allOf: exclusions,
        },
      },
      policy: {
        description: 'What clients of these options may not do; it cannot be lifted.',
        type: ['object', 'null'],
        properties: {
          hosts: { ...names, description: 'The hosts that may be connected to.' },
          universes: { ...names, description: 'The universe domains that may be used.' },
          credentialTypes: {
            type: 'array',
            items: { enum: credentialTypes },
            description: 'The types of credentials that may be used.',
          },
          apiKey: { ...forbidden, description: 'false: no API key.' },
          plaintext: { ...forbidden, description: 'false: no http:// endpoint.' },
        },
        additionalProperties: false,
      },
    },
    additionalProperties: false,
    allOf: exclusions,
    $defs: {
      options: {
        type: ['object', 'null'],
        properties: options,
        additionalProperties: false,
        allOf: exclusions,
      },
      services: {
        description: 'Options by service, which go before those for all.',
        type: ['object', 'null'],
        additionalProperties: { $ref: '#/$defs/options' },
      },
      exclusions: { allOf },
    },
  }
}

function inBothSpellings([name, schema]: [string, JsonSchema]): readonly (readonly [string, JsonSchema])[] {
  return [
    [name, schema],
    [toSnakeCase(name), schema],
  ]
}
