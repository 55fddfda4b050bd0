/** The filters as arithmetic on bits: the same answers as `failures`, a hundred times over millions of pairs. */
import type { Problem, ProblemMission, ProblemRequirement } from '@muster/contracts/allocation/problem'
import type { Conditions } from './filters.ts'

const BITS = 31

/** What the sieve keeps of an offer's conditions. */
export interface Grain {
  readonly contributors: ReadonlyArray<number>
  /** Missions that neither caveat nor earmark forbids, as bits. */
  readonly missions: Int32Array
  /** Languages and standards, as bits. */
  readonly tokens: Int32Array
  readonly readiness: number
  readonly noticeDays: number
}

/** What it keeps of a line. */
export interface Mesh {
  readonly refused: ReadonlySet<number>
  readonly mission: number
  readonly tokens: Int32Array
  readonly minReadiness: number
  readonly maxNoticeDays: number
}

export class Sieve {
  readonly #missions: ReadonlyMap<string, number>
  readonly #contributors: ReadonlyMap<string, number>
  /** Only what some line asks for has a bit. */
  readonly #tokens = new Map<string, number>()

  constructor(problem: Problem) {
    this.#missions = new Map(problem.missions.map((m, i) => [m.id, i]))
    this.#contributors = new Map(problem.contributors.map((c, i) => [c.id, i]))
    for (const r of problem.requirements)
      for (const token of tokensOf(r)) if (!this.#tokens.has(token)) this.#tokens.set(token, this.#tokens.size)
  }

  grainOf(c: Conditions): Grain {
    const missions = new Int32Array(words(this.#missions.size))
    for (const [id, i] of this.#missions) if (!c.notIn.has(id) && (c.onlyIn === null || c.onlyIn.has(id))) setBit(missions, i)
    return {
      contributors: c.contributors.flatMap((id) => this.#contributors.get(id) ?? []),
      missions,
      tokens: this.#bits(tokensOf({ languages: [...c.languages], standards: [...c.standards] })),
      readiness: c.readiness,
      noticeDays: c.noticeDays,
    }
  }

  meshOf(requirement: ProblemRequirement, mission: ProblemMission): Mesh {
    return {
      refused: new Set([...mission.refuses, ...requirement.excludes].flatMap((id) => this.#contributors.get(id) ?? [])),
      mission: this.#missions.get(requirement.mission) ?? 0,
      tokens: this.#bits(tokensOf(requirement)),
      minReadiness: requirement.minReadiness,
      maxNoticeDays: requirement.maxNoticeDays ?? Number.POSITIVE_INFINITY,
    }
  }

  #bits(tokens: ReadonlyArray<string>): Int32Array {
    const bits = new Int32Array(words(this.#tokens.size))
    for (const token of tokens) {
      const bit = this.#tokens.get(token)
      if (bit !== undefined) setBit(bits, bit)
    }
    return bits
  }
}

/** Whether everything but the capability and the days lets the offer serve the line. */
export const passes = (grain: Grain, mesh: Mesh): boolean => {
  if (grain.readiness < mesh.minReadiness || grain.noticeDays > mesh.maxNoticeDays) return false
  if (((grain.missions[Math.floor(mesh.mission / BITS)] ?? 0) & (1 << (mesh.mission % BITS))) === 0) return false
  for (let w = 0; w < mesh.tokens.length; w += 1) if (((mesh.tokens[w] ?? 0) & ~(grain.tokens[w] ?? 0)) !== 0) return false
  if (mesh.refused.size === 0) return true
  for (const contributor of grain.contributors) if (mesh.refused.has(contributor)) return false
  return true
}

const words = (bits: number): number => Math.ceil(bits / BITS)

const setBit = (bits: Int32Array, i: number): void => {
  const word = Math.floor(i / BITS)
  bits[word] = (bits[word] ?? 0) | (1 << (i % BITS))
}

const tokensOf = ({
  languages,
  standards,
}: {
  readonly languages: ReadonlyArray<string>
  readonly standards: ReadonlyArray<string>
}): ReadonlyArray<string> => [...languages.map((l) => `l:${l}`), ...standards.map((s) => `s:${s}`)]
