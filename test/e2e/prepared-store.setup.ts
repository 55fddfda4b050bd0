/**
 * One folder for all end-to-end tests of a run. The real history is loaded into it once, by the first test that asks for it (see
 * `prepared-store.ts`), so that a run of unit tests alone pays nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    readonly endToEndFolder: string
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-e2e-'))
  project.provide('endToEndFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
