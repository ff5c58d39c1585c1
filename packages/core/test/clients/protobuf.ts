/** A field of a message: its number, and a number, or what stands with its length before it. */
type Field = readonly [field: number, value: number | string | Buffer]

/** A message as protobuf writes it. */
export function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(fields.flatMap(field => encode(...field)))
}

function encode(field: number, value: Field[1]): readonly Buffer[] {
  if (typeof value === 'number') return [varint(field * 8), varint(value)]
  const content = Buffer.from(value)
  return [varint(field * 8 + 2), varint(content.length), content]
}

function varint(value: number): Buffer {
  const bytes = []
  let rest = value
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128)
  return Buffer.from([...bytes, rest])
}
