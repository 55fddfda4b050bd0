import { describe, expect, it } from 'vitest'
import { createMetrics } from './metrics.ts'

describe('metrics', () => {
  it('count requests by pattern, commands by outcome, appends and lag', async () => {
    const metrics = createMetrics('test')
    metrics.request({ route: '/v1/pledges/:id', method: 'GET', status: 200, seconds: 0.003 })
    metrics.command('SubmitPledge', 'accepted')
    metrics.append(0.002, 40)
    metrics.lag('read-models', async () => 17)
    const text = await metrics.text()
    expect(text).toContain(
      'muster_http_request_seconds_count{service="test",route="/v1/pledges/:id",method="GET",status="200"} 1',
    )
    expect(text).toContain('muster_commands_total{type="SubmitPledge",outcome="accepted",service="test"} 1')
    expect(text).toContain('muster_subscription_lag_positions{subscription="read-models",service="test"} 17')
  })

  it('have no label that could name a nation, a mission or a record', async () => {
    const metrics = createMetrics('test')
    metrics.request({ route: '/v1/pledges/:id', method: 'GET', status: 200, seconds: 0.003 })
    metrics.command('SubmitPledge', 'accepted')
    const labels = new Set([...(await metrics.text()).matchAll(/[{,](\w+)="/g)].map(([, label]) => label))
    for (const label of ['contributor', 'nation', 'state', 'mission', 'pledge', 'stream', 'id'])
      expect(labels).not.toContain(label)
  })
})
