/** Every command of the command line, once on a running server and once on the store alone: both answer the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { askWith } from './api.ts'
import { say, sayJson } from './cli.ts'
import { endEverything, startEngine, tokenFor } from './engine.ts'
import { copyOfPreparedStore, documentIn } from './prepared-store.ts'

const WINDOW = { from: '2031-01-01', to: '2032-01-01' }
const window = ['--from', WINDOW.from, '--to', WINDOW.to]
const KEY = 'cli-1'
const Answer = z.object({ outcome: z.string(), stream: z.string(), revision: z.int(), position: z.int() })
const Items = z.looseObject({ items: z.array(z.record(z.string(), z.unknown())) })

describe.each(['a running server', 'the store alone'])('on %s', (where) => {
  let data = ''
  let url: string | null = null
  beforeAll(async () => {
    data = await copyOfPreparedStore()
    if (where === 'a running server') url = (await startEngine({ data })).url
  }, 300_000)
  afterAll(endEverything)

  const tell = (...args: ReadonlyArray<string>) => say(args, { data })
  const json = (...args: ReadonlyArray<string>) => sayJson(args, { data })
  const asNation = async (nation: string) => ({ data, env: { MUSTER_TOKEN: await tokenFor(data, 'nation', nation) } })
  /** Ends well, with the answer alone on standard output. */
  const text = async (...args: ReadonlyArray<string>): Promise<string> => {
    const { code, stdout, stderr } = await tell(...args)
    expect([args.join(' '), code, stderr]).toEqual([args.join(' '), 0, ''])
    return stdout
  }

  it('status tells who answers and how far everything is', async () => {
    expect(await json('status')).toMatchObject({ server: url, ready: expect.any(String), asOf: { position: expect.any(Number) } })
    expect(await text('status')).toContain(url ?? 'none running; answered from the store')
  })

  it('composition, coverage, burden and flags print tables, and with --json what the routes answer', async () => {
    const composition = await json('composition', '--mission', 'UNMISS', '--month', '2013-06')
    expect(composition).toMatchObject({ mission: 'UNMISS', month: '2013-06', total: 7_590 })
    if (url !== null) {
      const officer = askWith(url, await tokenFor(data, 'officer'))
      expect(composition).toEqual((await officer.get('/v1/composition?mission=UNMISS&month=2013-06')).body)
    }
    expect(await text('composition', '--mission', 'UNMISS', '--month', '2013-06')).toMatch(/^UNMISS 2013-06: 7590 persons from/)
    const coverage = ['coverage', '--mission', 'UNMISS', '--from', '2013-01', '--to', '2013-03', '--limit', '4']
    expect(Items.parse(await json(...coverage)).items[0]).toMatchObject({ mission: 'UNMISS', deployed: expect.any(Number) })
    expect(await text(...coverage)).toMatch(/^mission +capability +month +required +pledged +committed +deployed +gap\n/)
    const burden = ['burden', '--dimension', 'personnel', '--month', '2014-03', '--limit', '3']
    expect(Items.parse(await json(...burden)).items).toHaveLength(3)
    expect(await text(...burden)).toContain('1 is a fair share')
    expect(Items.parse(await json('flags', '--status', 'raised', '--limit', '5')).items).toHaveLength(5)
    expect(await text('flags', '--limit', '2')).toMatch(/^severity +kind +status +finding\n/)
  })

  it('mission establish, ceiling, requirement, list and show', async () => {
    await text('mission', 'establish', 'UNCLI', '--name', 'A mission of the tests', '--from', '2030-01-01', '--host', 'SSD')
    await text('mission', 'ceiling', 'UNCLI', '--category', 'military', '--from', '2030-01-01', '--quantity', '7000')
    const line = ['mission', 'requirement', 'UNCLI', 'R-1', '--capability', 'INF-BN', '--quantity', '2', ...window]
    expect(await text(...line)).toMatch(/^accepted: mission-UNCLI at revision 2, position \d+\n$/)
    expect(await text(...line)).toMatch(/^unchanged: mission-UNCLI at revision 2/)
    expect(await json('mission', 'show', 'UNCLI')).toMatchObject({ id: 'UNCLI', revision: 2, hosts: ['SSD'] })
    expect(await text('mission', 'list')).toContain('UNCLI')
  })

  it('pledge submit, show, amend and withdraw, each with the exit code of what became of it', async () => {
    const submit = ['pledge', 'submit', '--contributor', 'NPL', '--capability', 'INF-BN', '--quantity', '2', ...window]
    const { stream, position } = Answer.parse(await json(...submit, '--own-reference', 'NPL/cli/1', '--key', KEY))
    const id = stream.slice('pledge-'.length)
    // The next command sees it, whether or not anybody was there to fold it meanwhile.
    const terms = { id, contributor: 'NPL', quantity: 2, status: 'submitted', revision: 0, ...WINDOW }
    expect(await json('pledge', 'show', id)).toMatchObject({ ...terms, history: [{ position, type: 'PledgeSubmitted' }] })
    expect(await json('pledge', 'amend', id, '{"quantity":3}', '--revision', '0')).toMatchObject({ revision: 1 })
    expect(await json('pledge', 'show', id, '--as-of', String(position))).toMatchObject({ quantity: 2, revision: 0 })

    const stale = await tell('pledge', 'amend', id, '{"quantity":4}', '--revision', '0')
    expect([stale.code, stale.stdout]).toEqual([4, ''])
    expect(stale.stderr).toContain('revision-conflict: Read the record again')
    const wrong = await tell('pledge', 'amend', id, '{"colour":"blue"}')
    expect([wrong.code, wrong.stderr]).toEqual([3, expect.stringContaining('/colour: unknown field')])
    expect((await tell('pledge', 'amend', id, '{')).code).toBe(2)
    expect((await tell('pledge', 'show', id, '--as-of', 'yesterday')).code).toBe(2)
    const forbidden = await say(['give', 'AcceptPledge', JSON.stringify({ pledge: id })], await asNation('NPL'))
    expect([forbidden.code, forbidden.stderr]).toEqual([5, expect.stringContaining('not open to the role nation')])
    expect((await say(['pledge', 'show', id], await asNation('RWA'))).code).toBe(3)
    expect((await say(['pledge', 'show', id], { data, env: { MUSTER_TOKEN: 'forged' } })).code).toBe(5)

    expect(await text('pledge', 'withdraw', id, '--reason', 'needed at home')).toContain('accepted')
    const over = await tell('pledge', 'amend', id, '{"quantity":5}', '--json')
    expect([over.code, JSON.parse(over.stdout)]).toMatchObject([3, { code: 'pledge-withdrawn' }])
    expect((await tell('pledge', 'show', 'P-of-nobody')).code).toBe(3)
    expect(await json(...submit, '--own-reference', 'NPL/cli/1', '--key', KEY)).toMatchObject({
      position,
      revision: 0,
    })
  })

  it('a pledge from a file, from standard input, and of money', async () => {
    const terms = { contributor: 'RWA', ownReference: 'RWA/cli/1', capability: 'INF-BN', quantity: 1, ...WINDOW }
    const file = await documentIn(data, 'pledge.json', terms)
    expect(await text('pledge', 'submit', '--file', file)).toMatch(/^accepted: pledge-P-/)
    const again = await say(['pledge', 'submit', '--file', '-'], { data, stdin: JSON.stringify(terms) })
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('unchanged')])
    const money = ['--contributor', 'DEU', '--own-reference', 'DEU/cli', '--capability', 'FUNDING', '--amount', '500', ...window]
    expect(await text('pledge', 'submit', ...money)).toContain('accepted')
    expect((await tell('pledge', 'submit', '--file', '/nowhere.json')).code).toBe(2)
    const more = ['--contributor', 'RWA', '--own-reference', 'RWA/dry', '--capability', 'INF-BN', '--quantity', '1', ...window]
    expect(await text('pledge', 'submit', ...more, '--dry-run')).toMatch(
      /^would be accepted: pledge-P-\w+ at revision 0; nothing was written\n$/,
    )
    expect(await text('pledge', 'submit', ...more)).toContain('accepted')
  })

  it('import takes NDJSON and CSV row by row, twice without effect', async () => {
    const csv = await documentIn(
      data,
      'pledges.csv',
      'contributor,ownReference,capability,quantity,from,to\nGHA,GHA/cli/1,INF-BN,1,2031-01-01,2032-01-01\nGHA,GHA/cli/2,DRAGONS,1,2031-01-01,2032-01-01\n',
    )
    const dry = await tell('import', csv, '--dry-run')
    expect([dry.code, dry.stdout]).toEqual([3, '1 accepted, 0 unchanged, 1 refused (dry run: nothing was written)\n'])
    const first = await tell('import', csv)
    expect([first.code, first.stdout]).toEqual([3, '1 accepted, 0 unchanged, 1 refused\n'])
    expect(first.stderr).toMatch(/^line 3: unknown-capability There is no capability "DRAGONS"/)
    const again = await say(['import', csv, '--json'], { data })
    expect(JSON.parse(again.stdout)).toMatchObject({ refused: 1, refusals: [{ code: 'unknown-capability' }] })
    const line = '{"type":"EndMandate","data":{"mission":"UNCLI","on":"2040-01-01"}}\n'
    expect(await say(['import', '-'], { data, stdin: line })).toEqual({
      code: 0,
      stdout: '1 accepted, 0 unchanged, 0 refused\n',
      stderr: '',
    })
    expect((await say(['import', '-'], { data, stdin: 'nonsense' })).code).toBe(2)
    expect((await tell('import', 'nowhere.csv')).stderr).toContain('nowhere.csv cannot be read')
  })

  it('plan run, list, show, explain, approve and reject', async () => {
    const plan = z
      .looseObject({ status: z.string(), digest: z.string() })
      .parse(await json('plan', 'run', '--id', 'cli-1', '--from', '2031-01-01', '--to', '2032-01-01'))
    expect(plan.status).toBe('computed')
    expect(await json('plan', 'show', 'cli-1')).toMatchObject({ id: 'cli-1', digest: plan.digest })
    expect(await text('plan', 'show', 'cli-1')).toMatch(/^cli-1: computed \(basis pledges\)\n/)
    expect(await text('plan', 'list')).toContain('cli-1')
    expect(await text('explain', 'cli-1', '--requirement', 'R-1')).toMatch(/R-1/)
    expect(await json('explain', 'cli-1', '--contributor', 'RWA')).toMatchObject({ plan: 'cli-1', items: expect.any(Array) })
    expect(await text('plan', 'approve', 'cli-1')).toMatch(/^accepted: plan-cli-1/)
    const late = await tell('plan', 'reject', 'cli-1', '--reason', 'too late')
    expect([late.code, late.stdout]).toEqual([3, ''])
    expect((await tell('plan', 'show', 'no-plan')).code).toBe(3)
  })

  it('export writes every table, the log, a plan and a problem, which allocate and check take', async () => {
    const register = await text('export', 'register', '--format', 'csv', '--filter', 'contributor=NPL')
    expect(register.split('\r\n')[0]).toMatch(/^id,contributor,ownReference/)
    expect(register).toContain('NPL/cli/1')
    expect(await text('export', 'coverage', '--filter', 'mission=UNMISS')).toContain('"mission":"UNMISS"')
    expect(await text('export', 'composition', '--filter', 'mission=UNMISS', 'month=2013-06')).toContain('"contributor":"IND"')
    expect(await text('export', 'burden', '--filter', 'month=2014-03')).toContain('"rho"')
    expect((await tell('export', 'burden', '--filter', 'month=never')).code).toBe(2)
    const log = (await text('export', 'log')).trim().split('\n')
    expect(JSON.parse(log[0] ?? '')).toMatchObject({ position: 1, metadata: { actor: {} } })
    const plan = await text('export', 'plan', '--plan', 'cli-1')
    const problem = await text('export', 'problem', ...window)
    expect(JSON.parse(problem)).toMatchObject({ format: 'muster.problem/1', horizon: WINDOW })
    const earlier = await tell('export', 'problem', ...window, '--as-of', '1')
    expect([earlier.code, earlier.stderr]).toEqual([3, 'No policy is in force on 2031-01-01; adopt one first.\n'])

    const problemFile = await documentIn(data, 'problem.json', problem)
    const planned = await say(['allocate', '-', '--fast'], { data, stdin: problem })
    expect([planned.code, JSON.parse(planned.stdout)]).toMatchObject([0, { format: 'muster.plan/1' }])
    const planFile = await documentIn(data, 'plan.json', planned.stdout)
    expect(await text('check', problemFile, planFile)).toBe('the plan is right\n')
    const broken = await documentIn(data, 'broken.json', planned.stdout.replace('"digest":"sha256:', '"digest":"sha256:0'))
    expect((await tell('check', problemFile, broken)).code).toBe(3)
    expect((await tell('check', problemFile, '/nowhere.json')).code).toBe(2)
    expect(JSON.parse(plan)).toMatchObject({ format: 'muster.plan/1' })
    expect((await tell('export', 'plan', '--plan', 'nothing')).code).toBe(3)
    expect((await tell('export', 'plan')).code).toBe(2)
    expect((await tell('export', 'problem', '--from', '2027-13-01')).code).toBe(2)
  })

  it('give takes any command, and --as-of looks back by position and by time', async () => {
    const [position, time] = [1, '2009-01-01T00:00:00Z']
    expect(await text('give', 'ExtendMandate', '{"mission":"UNMISS","to":"2041-01-01"}')).toMatch(/^accepted: mission-UNMISS/)
    expect(await json('mission', 'list', '--as-of', String(position))).toMatchObject({ items: [], asOf: { position } })
    expect(await json('mission', 'list', '--as-of', time)).toMatchObject({ items: [], asOf: { position: 0, time: null } })
    const now = new Date().toISOString()
    expect(Items.parse(await json('mission', 'list', '--as-of', now)).items.map(({ id }) => id)).toContain('UNCLI')
    expect((await tell('mission', 'list', '--as-of', '999999999')).code).toBe(1)
    expect((await tell('give', 'StealPledge', '{}')).code).toBe(3)
  })

  it('verify, replay and doctor find everything in order, with progress on standard error', async () => {
    const verified = await tell('verify')
    expect([verified.code, verified.stdout]).toEqual([
      0,
      expect.stringMatching(/^\d+ events in \d+ streams, 2 plans: everything holds\n$/),
    ])
    expect(verified.stderr).toMatch(/\d+ events/)
    const replayed = await tell('replay', '--json')
    expect([replayed.code, JSON.parse(replayed.stdout)]).toMatchObject([0, { differing: 0, differences: [] }])
    const doctor = await tell('doctor')
    expect(doctor.stdout).toMatch(
      /ok {3}log: opens; head at position \d+\nok {3}read models: open; at position \d+, 0 events behind/,
    )
    expect(doctor.stdout).toContain(url === null ? 'port: 8080 is' : `server: running at ${url}`)
  })

  it('token prints a token and nothing else', async () => {
    expect(await text('token', '--role', 'nation', '--contributor', 'NPL', '--ttl', '60')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    expect(await json('token', '--role', 'auditor')).toEqual({ token: expect.any(String) })
    expect((await tell('token', '--role', 'nation')).stderr).toContain('--contributor NPL')
    expect((await tell('token', '--role', 'officer', '--ttl', 'soon')).code).toBe(2)
  })
})
