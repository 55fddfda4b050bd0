/** Capabilities that may meet in one component: a coarser cut than components, known without compiling anything. */
import type { Problem } from '@muster/contracts/allocation/problem'

/** Family of every capability, named by one of its codes. */
export type Families = ReadonlyMap<string, string>

export const familiesOf = (problem: Problem): Families => {
  const parent = new Map(problem.capabilities.map((c) => [c.code, c.code]))
  const find = (code: string): string => {
    let at = code
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const join = (codes: ReadonlyArray<string>): void => {
    const [first, ...others] = codes.filter((code) => parent.has(code)).map(find)
    if (first === undefined) return
    for (const other of others) if (find(other) !== find(first)) parent.set(find(other), find(first))
  }
  const capabilityOf = new Map(problem.requirements.map((r) => [r.id, r.capability]))
  if (problem.policy.maxMissionsPerContributor !== null) join(problem.capabilities.map((c) => c.code))
  for (const r of problem.requirements)
    join([r.capability, ...r.accepts, ...r.needs.flatMap((need) => capabilityOf.get(need) ?? [])])
  for (const m of problem.missions) for (const c of m.ceilings) join(c.capabilities)
  return new Map(problem.capabilities.map((c) => [c.code, find(c.code)]))
}
