/** Who acts: an officer of the department, a pledging nation or organisation, a reader, or the engine itself. */
export type Role = 'officer' | 'nation' | 'reporting' | 'auditor' | 'system'

export interface Actor {
  readonly role: Role
  /** The contributor a nation acts for; absent for everyone else. */
  readonly contributor?: string
}
