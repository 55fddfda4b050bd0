/** What actually arrived, rotated and went home, against what was undertaken. */
import { left, right, type Either } from 'fp-ts/lib/Either.js'
import type { CommitmentCommand, CommitmentEvent } from '@muster/contracts/commitments'
import type { Of } from '@muster/contracts/message'
import { balanceOn, lowestFrom } from '@muster/kernel/balance'
import { rejected, type Rejection } from '@muster/kernel/rejection'
import { covers, type Day } from '@muster/kernel/time'
import { arrivedOf, presenceOf, presentOf, type Movement, type Registered } from './record.ts'

type Decision = Either<Rejection, ReadonlyArray<CommitmentEvent>>

/** The same quantity on the same day is the same arrival, told twice: several arrivals of one day are recorded as one. */
export const arrive = (command: Of<CommitmentCommand, 'RecordDeployment'>, now: Registered): Decision => {
  const { commitment, quantity, on } = command
  const { proposal, standing } = now
  if (proposal.kind === 'funding') return refuse('funding-is-paid', `${commitment} brings money; record payments.`)
  if (isAmong(now.arrivals, command)) return right([])
  if (standing.status === 'repatriated') {
    return refuse('commitment-repatriated', `All of ${commitment} has gone home; use a new commitment.`)
  }
  if (standing.status !== 'signed' && standing.status !== 'deployed')
    return refuse('not-signed', 'It is not signed yet; sign it first.')
  if (!covers(proposal, on)) {
    return refuse('outside-window', `${commitment} runs from ${proposal.from} to ${proposal.to}; give a day within that.`, {
      pointer: '/on',
      details: { from: proposal.from, to: proposal.to },
    })
  }
  const total = arrivedOf(now) + quantity
  const remaining = proposal.quantity - arrivedOf(now)
  return total > proposal.quantity
    ? refuse('more-than-committed', `Only ${remaining} is still to arrive; record no more than that.`, {
        pointer: '/quantity',
        details: { remaining },
      })
    : right([{ type: 'CommitmentDeployed', commitment, quantity, total, on }])
}

/** People change, the unit stays: one rotation a day, each later than the one before. */
export const rotate = (command: Of<CommitmentCommand, 'RotateUnit'>, now: Registered): Decision => {
  const { commitment, on } = command
  if (now.rotations.includes(on)) return right([])
  if (balanceOn(presenceOf(now), on) === 0) {
    return refuse('not-deployed', `Nothing of ${commitment} is there on ${on}; there is nobody to rotate.`, { pointer: '/on' })
  }
  const last = now.rotations.at(-1)
  return last !== undefined && on < last
    ? refuse('rotation-out-of-order', `It was rotated on ${last}; give a later day.`, { pointer: '/on', details: { last } })
    : right([{ type: 'CommitmentRotated', commitment, on, rotation: now.rotations.length + 1 }])
}

/** Without a quantity everything that is there goes home. The same quantity on the same day is the same homecoming, told twice. */
export const sendHome = (command: Of<CommitmentCommand, 'RepatriateUnit'>, now: Registered): Decision => {
  const { commitment, on } = command
  const present = presentOf(now)
  const { quantity = present } = command
  if (command.quantity === undefined ? wentHomeOn(now, on) : isAmong(now.departures, { quantity, on })) return right([])
  if (now.standing.status === 'repatriated') {
    return refuse('commitment-repatriated', `All of ${commitment} has gone home already.`)
  }
  if (present === 0) return refuse('not-deployed', `Nothing of ${commitment} has been deployed.`)
  const lowest = lowestFrom(presenceOf(now), on)
  return lowest.balance < quantity
    ? refuse('more-than-present', `Only ${lowest.balance} is there on ${lowest.day}; send home no more, or on a later day.`, {
        pointer: command.quantity === undefined ? '/on' : '/quantity',
        details: { day: lowest.day, present: lowest.balance },
      })
    : right([{ type: 'CommitmentRepatriated', commitment, quantity, remaining: present - quantity, on }])
}

const wentHomeOn = ({ standing, departures }: Registered, on: Day): boolean =>
  standing.status === 'repatriated' && departures.at(-1)?.on === on

const isAmong = (movements: ReadonlyArray<Movement>, wish: Movement): boolean =>
  movements.some(({ quantity, on }) => quantity === wish.quantity && on === wish.on)

const refuse = (...why: Parameters<typeof rejected>): Decision => left(rejected(...why))
