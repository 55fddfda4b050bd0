/**
 * What can influence what: lines and assets joined by eligible pairs, needs, ceilings, caps on one contributor's part
 * and on its missions. Two components never share a rule, so they can be solved apart and in any order;
 * only the balance of burdens looks across them.
 */
import type { Asset, Ceiling, Component, Model, Pairs } from './model.ts'

type Unassembled = Omit<Model, 'components' | 'published'>

class Sets {
  readonly #parent: Int32Array
  constructor(size: number) {
    this.#parent = Int32Array.from({ length: size }, (_, i) => i)
  }
  find(i: number): number {
    let root = i
    while ((this.#parent[root] ?? root) !== root) root = this.#parent[root] ?? root
    for (let at = i; at !== root;) {
      const next = this.#parent[at] ?? root
      this.#parent[at] = root
      at = next
    }
    return root
  }
  /** The smaller index becomes the root, so that roots do not depend on the order of joining. */
  join(a: number, b: number): void {
    const [x, y] = [this.find(a), this.find(b)]
    if (x !== y) this.#parent[Math.max(x, y)] = Math.min(x, y)
  }
}

export const componentsOf = (model: Unassembled): ReadonlyArray<Component> => {
  const { lines, offers, pairs } = model
  const sets = new Sets(lines.length + model.assets.length)
  const assetNode = (pair: number): number => lines.length + (offers[pairs.offer[pair] ?? 0]?.asset ?? 0)
  for (let p = 0; p < pairs.count; p += 1) sets.join(pairs.line[p] ?? 0, assetNode(p))
  for (const [l, line] of lines.entries()) for (const need of line.needs) sets.join(l, need)
  joinCappedParts(model, sets)
  if (model.maxMissionsPerContributor !== undefined) joinContributors(model, sets)
  const binding = model.ceilings.map((ceiling) => joinUnderCeiling(model, ceiling, sets))
  return collect(model, sets, binding)
}

/** Under `maxPercent`, lines of one mission and capability share what a contributor may provide. */
const joinCappedParts = ({ lines, missions }: Unassembled, sets: Sets): void => {
  const first = new Map<string, number>()
  for (const [l, line] of lines.entries()) {
    if (missions[line.mission]?.maxPercent === undefined) continue
    const key = `${line.mission}/${line.capability}`
    const other = first.get(key)
    if (other === undefined) first.set(key, l)
    else sets.join(other, l)
  }
}

const joinContributors = ({ lines, assets, offers, pairs }: Unassembled, sets: Sets): void => {
  const first = new Map<number, number>()
  for (let p = 0; p < pairs.count; p += 1) {
    const a = offers[pairs.offer[p] ?? 0]?.asset ?? 0
    const contributor = assets[a]?.contributor ?? 0
    const other = first.get(contributor)
    if (other === undefined) first.set(contributor, lines.length + a)
    else sets.join(other, lines.length + a)
  }
}

/** The pairs under a ceiling, joined; returns a line of theirs, or undefined when the ceiling can never bind. */
const joinUnderCeiling = (model: Unassembled, ceiling: Ceiling, sets: Sets): number | undefined => {
  const { lines, assets, offers, pairs } = model
  const under: number[] = []
  const reachable = new Set<Asset>()
  for (const [l, line] of lines.entries()) {
    if (line.mission !== ceiling.mission) continue
    for (let p = pairs.lineStart[l] ?? 0; p < (pairs.lineStart[l + 1] ?? 0); p += 1) {
      const asset = assets[offers[pairs.offer[p] ?? 0]?.asset ?? 0]
      if (asset === undefined || !ceiling.capabilities.has(asset.capability)) continue
      if ((pairs.from[p] ?? 0) >= ceiling.to || (pairs.to[p] ?? 0) <= ceiling.from) continue
      reachable.add(asset)
      if (under.at(-1) !== l) under.push(l)
    }
  }
  let copies = 0
  for (const asset of reachable) copies += asset.copies
  const [first] = under
  if (first === undefined || copies <= ceiling.quantity) return undefined
  for (const l of under) sets.join(first, l)
  return first
}

const collect = (model: Unassembled, sets: Sets, binding: ReadonlyArray<number | undefined>): ReadonlyArray<Component> => {
  const { lines, offers, pairs } = model
  const hasPair = new Uint8Array(model.assets.length)
  for (let p = 0; p < pairs.count; p += 1) hasPair[offers[pairs.offer[p] ?? 0]?.asset ?? 0] = 1
  const paired = [...hasPair.keys()].filter((a) => hasPair[a] === 1)
  const linesOf = Map.groupBy(lines.keys(), (l) => sets.find(l))
  const assetsOf = Map.groupBy(paired, (a) => sets.find(lines.length + a))
  const ceilings = [...binding.entries()].flatMap(([c, line]) => (line === undefined ? [] : [{ c, root: sets.find(line) }]))
  return [...linesOf].map(([root, own], index) => ({
    index,
    lines: Int32Array.from(own),
    assets: Int32Array.from(assetsOf.get(root) ?? []),
    pairs: pairsOfLines(pairs, own),
    ceilings: ceilings.filter((ceiling) => ceiling.root === root).map(({ c }) => c),
  }))
}

const pairsOfLines = ({ lineStart }: Pairs, lines: ReadonlyArray<number>): Int32Array => {
  const ranges = lines.map((l) => [lineStart[l] ?? 0, lineStart[l + 1] ?? 0] as const)
  const own = new Int32Array(ranges.reduce((sum, [start, end]) => sum + end - start, 0))
  let next = 0
  for (const [start, end] of ranges)
    for (let p = start; p < end; p += 1) {
      own[next] = p
      next += 1
    }
  return own
}
