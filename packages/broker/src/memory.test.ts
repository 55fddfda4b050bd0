import { brokerContract } from './contract.ts'
import { memoryBroker } from './memory.ts'

brokerContract('memory', async () => memoryBroker())
