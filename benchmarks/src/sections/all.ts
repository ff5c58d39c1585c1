import type { Section } from '../result.ts'

export const sectionNames = [
  'construct',
  'settings',
  'cold-start',
  'imports',
  'bundles',
  'heap',
  'clients',
  'many-clients',
  'requests',
  'frameworks',
  'rotation',
] as const

export type SectionName = (typeof sectionNames)[number]

export function isSectionName(name: string | undefined): name is SectionName {
  return sectionNames.some(known => known === name)
}

/** Loads a section alone, so that what the others compare is not in its process. */
export async function loadSection(name: SectionName): Promise<Section> {
  switch (name) {
    case 'construct':
      return (await import('./construct.ts')).constructSection
    case 'settings':
      return (await import('./settings.ts')).settingsSection
    case 'cold-start':
      return (await import('./cold-start.ts')).coldStartSection
    case 'imports':
      return (await import('./imports.ts')).importsSection
    case 'bundles':
      return (await import('./bundles.ts')).bundlesSection
    case 'heap':
      return (await import('./heap.ts')).heapSection
    case 'clients':
      return (await import('./clients.ts')).clientsSection
    case 'many-clients':
      return (await import('./many-clients.ts')).manyClientsSection
    case 'requests':
      return (await import('./requests.ts')).requestsSection
    case 'frameworks':
      return (await import('./frameworks.ts')).frameworksSection
    case 'rotation':
      return (await import('./rotation.ts')).rotationSection
  }
}
