/** Capabilities that may meet in one component: a coarser cut than components, known without compiling anything. */
import type { Problem } from '@muster/contracts/allocation/problem'

/** Family of every capability, named by one of its codes. */
export type Families = ReadonlyMap<string, string>

/** Of several problems: what may meet in any of them. */
export const familiesOf = (...problems: ReadonlyArray<Problem>): Families => {
  const codes = new Set(problems.flatMap(({ capabilities }) => capabilities.map((c) => c.code)))
  const parent = new Map([...codes].map((code) => [code, code]))
  const find = (code: string): string => {
    let at = code
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const join = (joined: Iterable<string>): void => {
    const [first, ...others] = [...joined].filter((code) => parent.has(code)).map(find)
    if (first === undefined) return
    for (const other of others) if (find(other) !== find(first)) parent.set(find(other), find(first))
  }
  for (const { requirements, missions, policy } of problems) {
    const capabilityOf = new Map(requirements.map((r) => [r.id, r.capability]))
    if (policy.maxMissionsPerContributor !== null) join(codes)
    for (const r of requirements) join([r.capability, ...r.accepts, ...r.needs.flatMap((need) => capabilityOf.get(need) ?? [])])
    for (const m of missions) for (const c of m.ceilings) join(c.capabilities)
  }
  return new Map([...codes].map((code) => [code, find(code)]))
}
