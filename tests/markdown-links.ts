/** The targets of the links and images of a page: inline, by reference, and in HTML. Code is left out. */
export function linksIn(markdown: string): readonly string[] {
  const text = markdown.replaceAll(/^```.*?^```$/gms, '').replaceAll(/`[^`\n]*`/g, '``')
  const links = text.matchAll(/\]\(\s*<?([^)>\s]+)|^\[[^\]]+\]:\s*(\S+)|(?:href|src)="([^"]*)"/gm)
  return [...links].flatMap(groups => groups.slice(1).filter(link => link !== undefined))
}
