import { fileURLToPath } from 'node:url'

/** A framework in the version that is installed in `folder`. */
export interface Framework {
  readonly folder: string
  /** What an adapter imports of it. */
  readonly library: string
  readonly version: string
  /** The sources of an application on it. */
  readonly application: string
  /** The packages that such an application uses. */
  readonly packages: readonly string[]
}

export const frameworks = {
  'NestJS 10': nest('10', '10.4.22'),
  'NestJS 11.0': nest('11.0', '11.0.0'),
  'NestJS 11.1': nest('11.1', '11.1.20'),
  'NestJS 11': nest('11', '11.2.10'),
  'NestJS 12': nest('12', '12.5.1'),
  'Inversify 7.0': inversify('7.0', '7.0.0'),
  'Inversify 7': inversify('7', '7.11.0'),
  'Inversify 8': inversify('8', '8.2.3'),
}

function nest(folder: string, version: string): Framework {
  return {
    folder: pathOf(`compatibility/nest-${folder}`),
    library: '@nestjs/core',
    version,
    application: pathOf('compatibility/apps/nest'),
    packages: ['core', 'nestjs'],
  }
}

function inversify(folder: string, version: string): Framework {
  return {
    folder: pathOf(`compatibility/inversify-${folder}`),
    library: 'inversify',
    version,
    application: pathOf('compatibility/apps/inversify'),
    packages: ['core', 'inversify'],
  }
}

/** A path in this repository. */
export function pathOf(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url))
}
