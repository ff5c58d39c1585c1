import { runInNewContext } from 'node:vm'

import { pollute } from '@client-options/loopback'
import { expect, test } from 'vitest'

import { safeGet } from './safe-get.ts'

class Parent {
  readonly own = 'own'
  get inherited() {
    return `of ${this.own}`
  }
  static readonly ofClass = 'class'
}
class Child extends Parent {}

test.for<[what: string, holder: unknown, name: PropertyKey, value: unknown]>([
  ['an object itself', { name: 'value' }, 'name', 'value'],
  ['an object without prototype', Object.assign(Object.create(null), { name: 'value' }), 'name', 'value'],
  ['a field of a class', new Child(), 'own', 'own'],
  ['a getter of a class', new Child(), 'inherited', 'of own'],
  ['a class, of one that it extends', Child, 'ofClass', 'class'],
  ['a list', ['value'], 0, 'value'],
  ['the class of a list', [], 'push', Array.prototype.push],
])('is what %s has', ([, holder, name, value]) => {
  expect(safeGet(holder, name)).toBe(value)
})

test.for<[what: string, holder: unknown]>([
  ['an object', {}],
  ['an instance of a class', new Child()],
  ['a class', class {}],
  ['a list', []],
  ['an object of another realm', runInNewContext('({})')],
  ['a function of another realm', runInNewContext('(() => {})')],
  [
    'an object that inherits from one without prototype',
    Object.create(Object.assign(Object.create(null), { toLocaleString: 1 })),
  ],
  ['an object without prototype', Object.create(null)],
  ['null', null],
  ['undefined', undefined],
  ['a text', 'text'],
  ['a number', 1],
])('is not what %s inherits from what all objects do', ([, holder]) => {
  const name = Array.isArray(holder) ? 'valueOf' : 'toLocaleString'
  expect(safeGet(holder, name)).toBeUndefined()
  using _pollution = pollute('polluted', 'value')
  expect(safeGet(holder, 'polluted')).toBeUndefined()
})

test('ends when prototypes do not', () => {
  const endless: object = new Proxy({}, { getPrototypeOf: () => endless })
  expect(() => safeGet(endless, 'name')).toThrow(RangeError)
})
