/** Cover over time as steps: how much is there from which day to which. */
import { addMonths, dayNumber, type Day, type Window } from '@muster/kernel/time'
import { grouped, sum } from './finding.ts'
import { isFirm, personsPerUnit } from './persons.ts'
import type { RequirementFacts, Situation } from './situation.ts'

export interface Amount extends Window {
  readonly quantity: number
}

/** The sum of the amounts on every day of a window, cut where it changes. */
export const steps = (window: Window, amounts: ReadonlyArray<Amount>): ReadonlyArray<Amount> => {
  const inside = amounts.filter((amount) => amount.from < window.to && window.from < amount.to)
  const days = inside.flatMap(({ from, to }) => [from, to]).filter((day) => window.from < day && day < window.to)
  const cuts = [...new Set([window.from, ...days])].toSorted()
  const result: Amount[] = []
  for (const [index, from] of cuts.entries()) {
    const to = cuts[index + 1] ?? window.to
    const quantity = sum(inside.filter((amount) => amount.from <= from && from < amount.to).map((amount) => amount.quantity))
    const last = result.at(-1)
    if (last?.quantity === quantity) result[result.length - 1] = { ...last, to }
    else result.push({ from, to, quantity })
  }
  return result
}

export interface Cover {
  readonly requirement: RequirementFacts
  /** From today, or from the beginning if that is later, to the end of the requirement or of an ended mandate. */
  readonly window: Window
  /** Firm cover, in units of the requirement. */
  readonly steps: ReadonlyArray<Amount>
}

/** Firm cover of every requirement that is not over. */
export const covers = (situation: Situation): ReadonlyArray<Cover> => {
  const capabilities = new Map(situation.capabilities.map((capability) => [capability.id, capability]))
  const pledges = new Map(situation.pledges.map((pledge) => [pledge.id, pledge]))
  const missions = new Map(situation.missions.map((mission) => [mission.id, mission]))
  const firm = new Map(grouped(situation.commitments.filter(isFirm), servedBy))
  return situation.requirements.flatMap((requirement) => {
    const mission = missions.get(requirement.mission)
    const window = remaining(requirement, situation.today, mission?.ended === true ? mission.to : null)
    if (window === undefined) return []
    const stock = capabilities.get(requirement.capability)?.measure === 'stock'
    const amounts = (firm.get(servedBy({ mission: requirement.mission, requirement: requirement.id })) ?? []).map(
      ({ quantity, from, to, capability, pledge }) => {
        const persons = requirement.counts === 'persons' ? personsPerUnit(capabilities.get(capability), pledges.get(pledge)) : 1
        return { quantity: quantity * persons, ...(stock ? window : { from, to }) }
      },
    )
    return [{ requirement, window, steps: steps(window, amounts) }]
  })
}

const servedBy = ({ mission, requirement }: { readonly mission: string; readonly requirement: string }): string =>
  `${mission}|${requirement}`

const remaining = ({ from, to }: Window, today: Day, mandateEnd: Day | null): Window | undefined => {
  const window = { from: from > today ? from : today, to: mandateEnd !== null && mandateEnd < to ? mandateEnd : to }
  return window.from < window.to ? window : undefined
}

export const least = (amounts: ReadonlyArray<Amount>): number => Math.min(...amounts.map(({ quantity }) => quantity))

/** Quantity × days that are missing. */
export const missing = ({ requirement, steps }: Cover): number =>
  sum(steps.map(({ from, to, quantity }) => Math.max(0, requirement.quantity - quantity) * (dayNumber(to) - dayNumber(from))))

export interface Fall {
  readonly from: Day
  readonly before: number
  /** Day of the least cover within the months that follow. */
  readonly on: Day
  readonly after: number
}

/** The deepest fall from one day to another no more than so many months later; the first such. */
export const deepestFall = (amounts: ReadonlyArray<Amount>, months: number): Fall | undefined => {
  let deepest: Fall | undefined
  for (const [index, before] of amounts.entries()) {
    // The last day of a step has the longest view ahead.
    const horizon = addMonths(before.to, months)
    for (const after of amounts.slice(index + 1)) {
      if (after.from > horizon) break
      const fall = before.quantity - after.quantity
      if (fall > 0 && fall > (deepest ? deepest.before - deepest.after : 0))
        deepest = { from: before.from, before: before.quantity, on: after.from, after: after.quantity }
    }
  }
  return deepest
}
