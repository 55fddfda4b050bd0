/** Capabilities that may meet in one component: a coarser cut than components, known without compiling anything. */
import type { Problem } from '@muster/contracts/allocation/problem'

/** Family of every capability, named by one of its codes. */
export const familiesOf = (problem: Problem): ReadonlyMap<string, string> => {
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

/** The part of a problem that belongs to some families. */
export const partOf = (problem: Problem, families: ReadonlyMap<string, string>, wanted: ReadonlySet<string>): Problem => {
  const inside = (code: string): boolean => wanted.has(families.get(code) ?? code)
  const assets = problem.assets.filter((a) => inside(a.capability))
  const kept = new Set(assets.map((a) => a.id))
  const requirements = problem.requirements.filter((r) => inside(r.capability))
  const lines = new Set(requirements.map((r) => r.id))
  return {
    ...problem,
    requirements,
    assets,
    offers: problem.offers.filter((o) => kept.has(o.asset)),
    published: problem.published.filter((row) => lines.has(row.requirement)),
  }
}
