import type { UserConfig } from 'tsdown';
/** How every published package is built: ESM only, a file for a file, and checked as a user's tools would see it. */
export declare function library(entry: string[]): UserConfig;
