/** Makes topics what they are declared to be. */
import * as E from 'fp-ts/lib/Either.js'
import kafkajs, { type Admin, type IResourceConfigEntry } from 'kafkajs'
import type { TopicDefinition, TopicError } from '@muster/broker/broker'

const FOREVER = '-1'

export const configOf = ({ retentionMs, compacted, maxMessageBytes }: TopicDefinition): IResourceConfigEntry[] => [
  { name: 'cleanup.policy', value: compacted ? 'compact' : 'delete' },
  { name: 'retention.ms', value: retentionMs === 'forever' ? FOREVER : String(retentionMs) },
  { name: 'max.message.bytes', value: String(maxMessageBytes) },
]

/** Partitions of each topic that is there, with a leader for each of them. */
const partitionsIn = async (admin: Admin, names: ReadonlyArray<string>): Promise<ReadonlyMap<string, number>> => {
  const existing = new Set(await admin.listTopics())
  const wanted = names.filter((name) => existing.has(name))
  if (wanted.length === 0) return new Map()
  const { topics } = await admin.fetchTopicMetadata({ topics: wanted })
  const served = topics.filter(({ partitions }) => partitions.every(({ leader }) => leader >= 0))
  return new Map(served.map(({ name, partitions }) => [name, partitions.length]))
}

/** Left (outer): not yet, to be tried again. */
export const ensureTopics = async (
  admin: Admin,
  definitions: ReadonlyArray<TopicDefinition>,
): Promise<E.Either<string, E.Either<TopicError, void>>> => {
  const names = definitions.map(({ name }) => name)
  const before = await partitionsIn(admin, names)
  for (const { name, partitions } of definitions) {
    const found = before.get(name) ?? partitions
    if (found !== partitions) return E.right(E.left({ _tag: 'TopicDiffers', topic: name, declared: partitions, found }))
  }
  const [present, missing] = [
    definitions.filter(({ name }) => before.has(name)),
    definitions.filter(({ name }) => !before.has(name)),
  ]
  if (present.length > 0) {
    await admin.alterConfigs({
      validateOnly: false,
      resources: present.map((topic) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic.name,
        configEntries: configOf(topic),
      })),
    })
  }
  if (missing.length === 0) return E.right(E.right(undefined))
  await admin.createTopics({
    // With waitForLeaders a cluster may answer with an error for a topic that it has made.
    waitForLeaders: false,
    topics: missing.map((topic) => ({ topic: topic.name, numPartitions: topic.partitions, configEntries: configOf(topic) })),
  })
  return E.left('topics are being created')
}
