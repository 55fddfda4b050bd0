/** What a newcomer sees after the start: coverage against ceilings, who carries what, concentration, flags, and where to look. */
import { z } from 'zod'

/** A question to the API, answered as JSON. */
export type Ask = (method: 'GET' | 'POST', url: string, body?: Readonly<Record<string, unknown>>) => Promise<unknown>

/** The last month of the counts by contributor. */
const MONTH = '2014-03'
const FIRST_PLAN = 'history-2014-03'
/** Requested when everything else of the first start is done. */
export const FIRST_PLAN_STREAM = `plan-${FIRST_PLAN}`

const Composition = z.object({
  mission: z.string(),
  total: z.number(),
  contributors: z.number(),
  hhi: z.number(),
  gini: z.number(),
  top5Percent: z.number(),
  shares: z.array(z.object({ contributor: z.string(), percent: z.number() })),
})
const Coverage = z.object({
  items: z.array(
    z.object({
      mission: z.string(),
      capability: z.string(),
      required: z.number().nullable(),
      deployed: z.number(),
      gap: z.number().nullable(),
    }),
  ),
})
const Burden = z.object({ items: z.array(z.object({ contributor: z.string(), own: z.number(), rho: z.number().nullable() })) })
const Flags = z.object({ items: z.array(z.object({ kind: z.string(), severity: z.string() })) })
const Plan = z.looseObject({
  status: z.string(),
  tiers: z.array(z.object({ value: z.string(), bound: z.string() })).default([]),
  digest: z.string().nullish(),
})

export const requestFirstPlan = async (ask: Ask): Promise<void> => {
  await ask('POST', '/v1/commands', {
    type: 'RequestPlan',
    data: { plan: FIRST_PLAN, basis: 'reported-strength', from: '2014-03-01', to: '2014-04-01' },
  })
  for (let look = 0; look < 600; look += 1) {
    const plan = Plan.safeParse(await ask('GET', `/v1/plans/${FIRST_PLAN}`))
    if (plan.success && plan.data.status !== 'requested') return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

export const summaryOf = async (ask: Ask, url: string): Promise<string> => {
  const composition = Composition.safeParse(await ask('GET', `/v1/composition?mission=ALL&month=${MONTH}`))
  if (!composition.success || composition.data.total === 0)
    return `\nLook at ${url}/openapi.json; a token: npx muster token --role officer\n`
  const { total, contributors, hhi, gini, top5Percent, shares } = composition.data
  const top = shares.slice(0, 5).map(({ contributor, percent }) => `${contributor} ${percent} %`)
  return [
    '',
    `Uniformed persons in ${MONTH}: ${total.toLocaleString('en')} from ${contributors} contributors (official counts, not pledges)`,
    `  concentration: top five ${top5Percent} % (${top.join(', ')}), HHI ${hhi}, Gini ${gini}`,
    ...(await coverageLines(ask)),
    ...(await burdenLines(ask)),
    ...(await flagLines(ask)),
    ...(await planLines(ask)),
    '',
    'Try',
    '  npx muster composition --mission UNMIL --month 2010-01',
    '  npx muster burden --dimension personnel --month 2014-03 --limit 10',
    '  npx muster flags --limit 20',
    '  npx muster exercise            a synthetic exercise with real choices for the optimiser',
    `  curl -H "Authorization: Bearer $(npx muster token --role officer)" "${url}/v1/missions?limit=3"`,
    `  ${url}/openapi.json         every route`,
    '',
    '',
  ].join('\n')
}

const coverageLines = async (ask: Ask): Promise<ReadonlyArray<string>> => {
  const { items } = Coverage.parse(await ask('GET', `/v1/coverage?from=${MONTH}&to=${MONTH}&limit=500`))
  const known = items.filter(({ required }) => required !== null && required > 0)
  return [
    'Coverage against the authorised ceiling (where one is known)',
    ...known.map(
      ({ mission, capability, required, deployed, gap }) =>
        `  ${mission.padEnd(9)} ${capability.toLowerCase().padEnd(9)} ${String(deployed).padStart(6)} of ${String(required).padStart(6)}  ${percent(deployed, required ?? 0).padStart(6)}  gap ${gap ?? 0}`,
    ),
  ]
}

const burdenLines = async (ask: Ask): Promise<ReadonlyArray<string>> => {
  const { items } = Burden.parse(await ask('GET', `/v1/burden?dimension=personnel&method=policy&month=${MONTH}&limit=500`))
  const rated = items.flatMap(({ contributor, own, rho }) => (rho === null ? [] : [{ contributor, own, rho }]))
  const most = rated.toSorted((a, b) => b.rho - a.rho || (a.contributor < b.contributor ? -1 : 1)).slice(0, 5)
  const none = rated.filter(({ own }) => own === 0).length
  return [
    'Personnel burden against capacity (armed forces; 1 is a fair share)',
    `  most above it: ${most.map(({ contributor, rho }) => `${contributor} ${rho.toFixed(1)}`).join(', ')}`,
    `  below half of it: ${rated.filter(({ rho }) => rho < 0.5).length} of ${rated.length}, of which ${none} gave nobody`,
  ]
}

const flagLines = async (ask: Ask): Promise<ReadonlyArray<string>> => {
  const { items } = Flags.parse(await ask('GET', '/v1/flags?status=raised&limit=1000'))
  const byKind = Map.groupBy(items, ({ kind }) => kind)
  const kinds = [...byKind]
    .toSorted((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1))
    .map(([kind, of]) => `${kind} ${of.length}`)
  return [`Flags raised: ${items.length}`, `  ${kinds.join(', ')}`]
}

const planLines = async (ask: Ask): Promise<ReadonlyArray<string>> => {
  const plan = Plan.safeParse(await ask('GET', `/v1/plans/${FIRST_PLAN}`))
  if (!plan.success || plan.data.status === 'failed') return []
  const [tier] = plan.data.tiers
  return [
    `Plan ${FIRST_PLAN} (${plan.data.status}): the same persons spread over the ceilings in balance`,
    `  covers ${tier?.value ?? '?'} person-days, proven bound ${tier?.bound ?? '?'}; ask: npx muster explain ${FIRST_PLAN}`,
  ]
}

const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`
