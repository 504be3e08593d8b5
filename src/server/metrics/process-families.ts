/** What a process takes of the machine. */

import { performance } from 'node:perf_hooks'
import type { Family } from './families.ts'

export function processFamilies(): readonly Family[] {
  const { user, system } = process.cpuUsage()
  const { active } = performance.eventLoopUtilization()
  return [
    {
      name: 'process_cpu_seconds_total',
      ...{ type: 'counter', help: 'Processor time of all threads.', together: 'sum' },
      samples: [['', (user + system) / 1e6]],
    },
    {
      name: 'countersign_event_loop_active_seconds_total',
      ...{ type: 'counter', help: 'Time in which an event loop was at work.', together: 'sum' },
      samples: [['', active / 1000]],
    },
    {
      name: 'process_resident_memory_bytes',
      ...{ type: 'gauge', help: 'Memory in use.', together: 'sum' },
      samples: [['', process.memoryUsage.rss()]],
    },
    {
      name: 'process_uptime_seconds',
      ...{ type: 'gauge', help: 'Time since the start.', together: 'most' },
      samples: [['', process.uptime()]],
    },
  ]
}
