/** Statuses whose response has no body (Fetch standard, null body status). */
const NULL_BODY_STATUSES = new Set([101, 103, 204, 205, 304])

/** The parts of another library's response. */
export interface ResponseParts {
  readonly status: number
  readonly statusText: string
  readonly headers: Headers | Iterable<[string, string]>
  readonly body: ReadableStream | null
}

/** A response of the class that the caller knows as `Response`. */
export function toGlobalResponse({ status, statusText, headers, body }: ResponseParts): Response {
  return new Response(NULL_BODY_STATUSES.has(status) ? null : body, { status, statusText, headers: [...headers] })
}
