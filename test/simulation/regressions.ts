/** Seeds that once failed, and what was wrong. They are played first, and stay for good. */
export interface Regression {
  readonly seed: number
  readonly was: string
}

export const regressions: ReadonlyArray<Regression> = [
  {
    seed: 309,
    was: 'two intakes given the same command: one answered, and remembered, a revision at which its events do not lie',
  },
  { seed: 190, was: 'two intakes given the same command: one went on with a state in which events were missing' },
  { seed: 991, was: 'one intake said that nothing had changed while the other one accepted the same command' },
  { seed: 998, was: 'one intake said that nothing had changed while the other one accepted the same command' },
  { seed: 1053, was: 'an answer given beside events that another intake had written before was not kept' },
  { seed: 749, was: 'a stream whose parking had reached the log unknown was handed over again at its release' },
  { seed: 34, was: 'a stream whose parking had reached the log unknown was handed over again at its release' },
  { seed: 28, was: 'the keeper parked a stream because the log did not answer three times' },
  { seed: 10, was: 'the keeper parked a stream because the log did not answer three times' },
]
