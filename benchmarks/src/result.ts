import type { Distribution } from './statistics.ts'

/** Of a table: a text, a number, or what was measured several times. */
export type Cell = string | number | Distribution

/** Results side by side. */
export interface Table {
  readonly title: string
  /** The heading of the first column, then of the others. */
  readonly columns: readonly string[]
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[] }[]
}

/** What was to be reached, and whether it was. */
export interface Goal {
  readonly goal: string
  readonly measured: string
  readonly reached: boolean
}

/** What a section found. */
export interface SectionResult {
  readonly title: string
  /** How it was measured, in a few sentences. */
  readonly method: string
  readonly tables: readonly Table[]
  readonly goals: readonly Goal[]
}

/** How thoroughly to measure. */
export interface Effort {
  /** Of so many rounds; a quick run takes fewer, which shows that everything works and no more. */
  readonly rounds: (usual: number) => number
  /** Says what is being done. */
  readonly progress: (message: string) => void
}

/** A part of the benchmark, which runs in a process of its own. */
export type Section = (effort: Effort) => Promise<SectionResult>
