/** Where every copy of a small component is, moment by moment: the states of an exhaustive sweep. */
import type { View } from '../search/view.ts'

/** A copy on a pair since a moment (index). */
export interface Post {
  readonly pair: number
  readonly since: number
}

/** Posts of all copies that are away, sorted. */
export type Posts = ReadonlyArray<Post>

export class Moves {
  readonly #view: View
  readonly #moments: ReadonlyArray<number>

  constructor(view: View, moments: ReadonlyArray<number>) {
    this.#view = view
    this.#moments = moments
  }

  /** Whether the copy has been there for its shortest tour by moment `i`. */
  isMature({ pair, since }: Post, i: number): boolean {
    return (this.#moments[i] ?? 0) - (this.#moments[since] ?? 0) >= (this.#view.tour[pair] ?? 1)
  }

  /** Equal for posts that have the same future from moment `i` on. */
  keyOf(posts: Posts, i: number): string {
    return posts
      .map((post) => `${post.pair}.${this.isMature(post, i) ? 'm' : post.since}`)
      .toSorted()
      .join(' ')
  }

  /** Every lawful set of posts of one asset for the stretch after moment `i`, given its posts before; the limit counts sets. */
  movesOf(asset: number, before: Posts, i: number): ReadonlyArray<Posts> {
    const view = this.#view
    const now = this.#moments[i] ?? 0
    const until = this.#moments[i + 1] ?? now
    const copies = view.assets[asset]?.copies ?? 0
    let sets: ReadonlyArray<Posts> = [[]]
    for (const post of before) {
      const stays = until <= (view.to[post.pair] ?? 0)
      const leaves = this.isMature(post, i)
      sets = sets.flatMap((set) => [...(stays ? [[...set, post]] : []), ...(leaves ? [set] : [])])
    }
    const starts: Post[] = []
    for (let n = view.assetStart[asset] ?? 0; n < (view.assetStart[asset + 1] ?? 0); n += 1) {
      const pair = view.assetPairs[n] ?? 0
      if (view.lines[view.line[pair] ?? 0]?.supported === false) continue
      if ((view.from[pair] ?? 0) <= now && now + (view.tour[pair] ?? 1) <= (view.to[pair] ?? 0)) starts.push({ pair, since: i })
    }
    const all = new Map<string, Posts>()
    const grow = (set: Posts, first: number): void => {
      const key = this.keyOf(set, i)
      if (!all.has(key)) all.set(key, set)
      if (set.length >= copies) return
      for (const [n, start] of starts.entries()) if (n >= first) grow([...set, start], n)
    }
    for (const set of sets) grow(set, 0)
    return [...all.values()]
  }
}
