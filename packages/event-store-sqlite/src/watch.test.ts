import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { settledAt } from '@muster/event-store/expected'
import { watch } from './watch.ts'

describe('the watch of one that only reads', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const watched = () => {
    let head = 0
    let seen = 0
    const stop = watch({ version: () => head, head: () => settledAt(head) }, 5, () => (seen += 1))
    const after = (ms: number, written: number): number => {
      head += written
      vi.advanceTimersByTime(ms)
      return seen
    }
    return { after, stop }
  }

  it('tells of what was written at the next look, and only then', () => {
    const { after } = watched()
    expect(after(50, 0)).toBe(0)
    expect(after(5, 1)).toBe(1)
    expect(after(50, 0)).toBe(1)
    expect(after(5, 1)).toBe(2)
  })

  it('lets a burst gather, and looks as often as before when it is over', () => {
    const { after } = watched()
    expect(after(5, 100)).toBe(1)
    expect(after(45, 100)).toBe(1)
    expect(after(5, 1)).toBe(2)
    expect(after(50, 0)).toBe(2)
    expect(after(5, 1)).toBe(3)
  })

  it('ends when it is told to', () => {
    const { after, stop } = watched()
    stop()
    expect(after(100, 1)).toBe(0)
  })
})
