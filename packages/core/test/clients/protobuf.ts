/** A field of a message: its number, and a number, or what stands with its length before it. */
type Field = readonly [field: number, value: number | string | Buffer]

/** A small message as protobuf writes it: of fields up to 15, numbers below 128 and texts shorter than that. */
export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.map(([field, value]) => {
      if (typeof value === 'number') return Buffer.from([field << 3, value])
      const bytes = Buffer.from(value)
      return Buffer.concat([Buffer.from([(field << 3) | 2, bytes.length]), bytes])
    }),
  )
}
