type Given<Members> = { [Name in keyof Members]: Exclude<Members[Name], undefined> }

/** The members that are given; a library that asks whether one is there would take `undefined` for a value. */
export function omitUndefined<Members extends object>(members: Members): Partial<Given<Members>>
export function omitUndefined(members: object): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}
