/** What must hold of pledges, commitments and plans together once everything has been drained. Judged on the bare events, without the deciders. */
import type { RecordedEvent } from '@muster/event-store/event'
import { streamId, streamKind } from '@muster/event-store/event'

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  typeof data === 'object' && data !== null ? { ...data } : {}

interface Hold {
  quantity: number
  deployed: number
  released: number
}

/** No pledge has more spoken for than it offers, after any event. All windows are the same, so days need not be told apart. */
const overAllocated = (pledge: string, events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const wrong: string[] = []
  const holds = new Map<string, Hold>()
  let offered = 0
  for (const { type, data } of events) {
    const fields = fieldsOf(data)
    const commitment = String(fields['commitment'])
    const quantity = Number(fields['quantity'])
    const hold = holds.get(commitment)
    if (type === 'PledgeSubmitted') offered = quantity
    if (type === 'PledgeAmended') offered = Number(fieldsOf(fields['terms'])['quantity'])
    if (type === 'CapacityReserved') {
      if (hold) wrong.push(`${commitment} reserved ${pledge} twice`)
      holds.set(commitment, { quantity, deployed: 0, released: 0 })
    }
    if (type === 'CapacityDeployed' && hold) hold.deployed += quantity
    if (type === 'CapacityReleased' && hold) hold.released += quantity
    if (type === 'CapacityFreed' && hold) hold.quantity -= quantity
    const spoken = [...holds.values()].reduce((sum, one) => sum + one.quantity, 0)
    if (spoken > offered) wrong.push(`${pledge} offers ${offered} and ${spoken} is spoken for`)
    for (const [name, one] of holds) {
      if (one.quantity < 0 || one.deployed > one.quantity || one.released > one.deployed) {
        wrong.push(`${pledge}: ${name} moved more than it holds ${JSON.stringify(one)}`)
      }
    }
  }
  return wrong
}

interface Facts {
  readonly typesOf: (stream: string) => ReadonlySet<string>
  readonly reservedFor: ReadonlyMap<string, number>
  readonly releasedFor: ReadonlyMap<string, number>
}

const ended = ['CommitmentDeclined', 'CommitmentCancelled']

/** An accepted commitment holds its capacity, or has ended; what went home has been released. */
const outOfStep = (stream: string, events: ReadonlyArray<RecordedEvent>, facts: Facts): ReadonlyArray<string> => {
  const types = facts.typesOf(stream)
  const commitment = streamId(stream)
  const wrong: string[] = []
  const reserved = facts.reservedFor.get(commitment) ?? 0
  const hasEnded = ended.some((type) => types.has(type))
  if (types.has('CommitmentAccepted') && !hasEnded && reserved === 0) wrong.push(`${commitment} is accepted and holds nothing`)
  const home = events
    .filter(({ type }) => type === 'CommitmentRepatriated')
    .reduce((sum, { data }) => sum + Number(fieldsOf(data)['quantity']), 0)
  const released = facts.releasedFor.get(commitment) ?? 0
  if (!hasEnded && home !== released) wrong.push(`of ${commitment} ${home} went home and ${released} was released`)
  return wrong
}

/** Each assignment of an approved plan became a proposal, or the plan says why not; only what is not held is refused for want of capacity. */
const dropped = (plan: string, events: ReadonlyArray<RecordedEvent>, facts: Facts): ReadonlyArray<string> => {
  const computed = events.find(({ type }) => type === 'PlanComputed')
  if (computed === undefined || !events.some(({ type }) => type === 'PlanApproved')) return []
  const { solution, problem } = fieldsOf(computed.data)
  const assignments: unknown = fieldsOf(solution)['assignments']
  const published: unknown = fieldsOf(problem)['published']
  const already = new Set((Array.isArray(published) ? published : []).map((one: unknown) => JSON.stringify(one)))
  const refusals = new Map(
    events
      .filter(({ type }) => type === 'PlanAssignmentRefused')
      .map(({ data }) => [JSON.stringify(fieldsOf(data)['assignment']), String(fieldsOf(data)['code'])]),
  )
  return (Array.isArray(assignments) ? assignments : []).flatMap((assignment: unknown, index) => {
    const commitment = `${plan}-${String(index + 1).padStart(4, '0')}`
    const text = JSON.stringify(assignment)
    const proposed = facts.typesOf(`commitment-${commitment}`).has('CommitmentProposed')
    const code = refusals.get(text)
    if (!proposed && code === undefined && !already.has(text)) return [`${plan} dropped assignment ${index} silently`]
    return code !== undefined && code !== 'declined' && facts.reservedFor.has(commitment)
      ? [`${plan} says that ${commitment} was refused (${code}), but its capacity was reserved`]
      : []
  })
}

export const problemsOfPlanning = (events: ReadonlyArray<RecordedEvent>): ReadonlyArray<string> => {
  const streams = Map.groupBy(events, ({ stream }) => stream)
  const sum = (wanted: string): ReadonlyMap<string, number> => {
    const sums = new Map<string, number>()
    for (const { type, data } of events) {
      if (type !== wanted) continue
      const { commitment, quantity } = fieldsOf(data)
      sums.set(String(commitment), (sums.get(String(commitment)) ?? 0) + Number(quantity))
    }
    return sums
  }
  const facts: Facts = {
    typesOf: (stream) => new Set((streams.get(stream) ?? []).map(({ type }) => type)),
    reservedFor: sum('CapacityReserved'),
    releasedFor: sum('CapacityReleased'),
  }
  return [...streams].flatMap(([stream, ofStream]) => {
    switch (streamKind(stream)) {
      case 'pledge':
        return overAllocated(stream, ofStream)
      case 'commitment':
        return outOfStep(stream, ofStream, facts)
      case 'plan':
        return dropped(streamId(stream), ofStream, facts)
      default:
        return []
    }
  })
}
