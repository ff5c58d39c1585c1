import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { checkText, fieldList, isUsual } from './fields.ts'

/** Nearly host names, with what makes a label too long, or a number of the last one. */
const piece = fc.constantFrom('a', 'z9', '0', '0x', 'a'.repeat(40), '_')
const hostLike = fc
  .tuple(fc.array(fc.tuple(piece, fc.constantFrom('.', '-', '')), { maxLength: 4 }), fc.constantFrom('a', '0x', '7'))
  .map(([pieces, last]) => [...pieces, last].flat().join(''))

test.for(fieldList.filter(({ usual }) => usual !== undefined))(
  '$name: a usual text is right when it is looked at closely',
  field => {
    const text = fc.oneof(
      hostLike,
      hostLike.map(name => `${name}.json`),
      fc.string({ maxLength: 3 }),
      fc.string({ unit: 'binary-ascii', maxLength: 2 }),
    )
    let usualTexts = 0
    fc.assert(
      fc.property(text, value => {
        if (!isUsual(field, value)) return
        usualTexts += 1
        expect(checkText(value) ?? field.check?.(value)).toBeUndefined()
      }),
      { numRuns: 2000 },
    )
    expect(usualTexts).toBeGreaterThan(10)
  },
)
