import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEPARTMENT, PUBLIC, type Label } from '@muster/contracts/label'
import type { Principal } from './principal.ts'
import { admits, clearanceOf, maySee, view } from './view.ts'

const nation = (contributor: string, ...memberOf: ReadonlyArray<string>): Principal => ({ role: 'nation', contributor, memberOf })
const label = (classification: Label['classification'], releaseTo: ReadonlyArray<string> = []): Label => ({
  owners: ['NPL'],
  classification,
  releaseTo: [...releaseTo],
})
const reporting: Principal = { role: 'reporting', memberOf: [] }

describe('what a principal may see', () => {
  it('shows officers, auditors and the engine everything', () => {
    for (const role of ['officer', 'auditor', 'system'] as const) {
      expect(maySee(label('strictly-confidential'), { role, memberOf: [] })).toBe(true)
      expect(maySee(DEPARTMENT, { role, memberOf: [] })).toBe(true)
    }
  })

  it('shows a nation its own records whatever their classification', () => {
    expect(maySee(label('strictly-confidential'), nation('NPL'))).toBe(true)
    expect(maySee(label('confidential'), nation('NPL'))).toBe(true)
  })

  it('shows a nation what is released to it or to an organisation it belongs to', () => {
    expect(maySee(label('confidential', ['RWA']), nation('RWA'))).toBe(true)
    expect(maySee(label('confidential', ['AU']), nation('RWA', 'AU'))).toBe(true)
    expect(maySee(label('confidential', ['AU']), nation('AU'))).toBe(true)
    expect(maySee(label('confidential', ['AU']), nation('RWA'))).toBe(false)
    expect(maySee(label('confidential'), nation('RWA', 'AU'))).toBe(false)
  })

  it('keeps strictly confidential records from everyone they are released to', () => {
    expect(maySee(label('strictly-confidential', ['RWA', 'AU']), nation('RWA', 'AU'))).toBe(false)
  })

  it('shows reporting services unclassified records alone', () => {
    expect(maySee(label('unclassified'), reporting)).toBe(true)
    expect(maySee(PUBLIC, reporting)).toBe(true)
    expect(maySee(label('confidential', ['reporting']), reporting)).toBe(false)
  })

  it('keeps the department’s own records from nations, named or not', () => {
    expect(maySee(DEPARTMENT, nation('NPL', 'AU'))).toBe(false)
    expect(maySee(DEPARTMENT, { role: 'nation', memberOf: [] })).toBe(false)
  })

  it('answers with the record, with what is left of it, or with nothing', () => {
    const record = { id: 'P-1', contributor: 'NPL' }
    expect(view(record, label('unclassified'), reporting)).toBe(record)
    expect(view(record, label('confidential'), reporting)).toBeUndefined()
    expect(view(record, label('confidential'), reporting, ({ id }) => ({ id }))).toEqual({ id: 'P-1' })
  })
})

const names = fc.constantFrom('NPL', 'RWA', 'IND', 'AU', 'EU')
const labels: fc.Arbitrary<Label> = fc.record({
  owners: fc.array(names, { maxLength: 3 }),
  classification: fc.constantFrom('unclassified', 'confidential', 'strictly-confidential'),
  releaseTo: fc.array(names, { maxLength: 3 }),
})
const principals: fc.Arbitrary<Principal> = fc.record(
  {
    role: fc.constantFrom('officer', 'nation', 'reporting', 'auditor', 'system'),
    contributor: names,
    memberOf: fc.array(names, { maxLength: 2 }),
  },
  { requiredKeys: ['role', 'memberOf'] },
)

describe('any record and any principal', () => {
  it('is judged alike by the clearance and by the view', () => {
    fc.assert(
      fc.property(labels, principals, (label, principal) => {
        const record = {}
        expect(admits(clearanceOf(principal), label)).toBe(view(record, label, principal) === record)
      }),
    )
  })

  it('is never shown more widely by a higher classification', () => {
    fc.assert(
      fc.property(labels, principals, (label, principal) => {
        const at = (classification: Label['classification']) => maySee({ ...label, classification }, principal)
        expect(at('strictly-confidential') && !at('confidential')).toBe(false)
        expect(at('confidential') && !at('unclassified')).toBe(false)
      }),
    )
  })
})
