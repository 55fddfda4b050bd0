/** Lets every query name plain tables (`pledge`) and run on those of one generation (`g3_pledge`). */
import {
  OperationNodeTransformer,
  SchemableIdentifierNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryResult,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely'
import { tables } from '../tables.ts'
import { nameIn } from './schema.ts'

const names: ReadonlySet<string> = new Set(tables.map(({ name }) => name))

/** Aliases are left alone, so an alias must never be called like a table. */
class IntoGeneration extends OperationNodeTransformer {
  readonly #generation: number
  constructor(generation: number) {
    super()
    this.#generation = generation
  }
  protected override transformSchemableIdentifier(node: SchemableIdentifierNode): SchemableIdentifierNode {
    const name = node.identifier.name
    return names.has(name) ? SchemableIdentifierNode.create(nameIn(this.#generation, name)) : node
  }
}

export const generationPlugin = (generation: number): KyselyPlugin => {
  const transformer = new IntoGeneration(generation)
  return {
    transformQuery: ({ node, queryId }: PluginTransformQueryArgs): RootOperationNode => transformer.transformNode(node, queryId),
    transformResult: async ({ result }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> => result,
  }
}
