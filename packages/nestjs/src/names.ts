/**
 * The names of registrations, for the compiler. An application declares its own, and a misspelt name does not compile:
 *
 * ```ts
 * declare module '@client-options/nestjs' {
 *   interface ClientOptionsNames {
 *     payments: true
 *   }
 * }
 * ```
 */
// oxlint-disable-next-line typescript/no-empty-interface
export interface ClientOptionsNames {}

/** The name of a registration: one of `ClientOptionsNames`, or any string while that is empty. */
export type ClientOptionsName = [keyof ClientOptionsNames] extends [never] ? string : `${keyof ClientOptionsNames}`
