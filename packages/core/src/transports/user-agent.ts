/** A user agent with products in front of those that the client names itself (RFC 9110, section 10.1.5). */
export function joinProducts(products: string, own: string | null | undefined): string {
  return own ? `${products} ${own}` : products
}

/**
 * Headers with products in front of their user agent. They go to every host, as the client's own do.
 * @param own The user agent where the headers have none.
 */
export function withUserAgent(headers: Headers, products: string | undefined, own?: string): Headers {
  if (products === undefined) return headers
  const all = new Headers(headers)
  all.set('user-agent', joinProducts(products, headers.get('user-agent') ?? own))
  return all
}
