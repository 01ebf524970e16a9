/** The process that is killed: writes, says what is done, delivers, and ends itself at the step it was given. */
import { appendFileSync } from 'node:fs'
import { count, leaveEvidence, nOf, openEngine, outboxLength, type Step, type WriterOrder } from './outbox-world.ts'

const order = JSON.parse(process.argv[2] ?? '') as WriterOrder // written by `startWriter`
const engine = await openEngine(order.settings)

const dieAt = (step: Step): void => {
  if (order.step === step) process.kill(process.pid, 'SIGKILL')
}

// Between the record and the commit: the bus comes back, and the transaction is still open.
const { recordInOutbox } = engine.bus
const bus = {
  ...engine.bus,
  recordInOutbox: async (...parameters: Parameters<typeof recordInOutbox>) => {
    await recordInOutbox(...parameters)
    dieAt('inside')
  },
}

engine.bus.onActionReliably('evidence', ['items.update'], async (event) => {
  dieAt('hearing')
  leaveEvidence(order.evidence, event)
  dieAt('heard')
})

do {
  for (const [index, item] of order.items.entries()) {
    if (index % 3 === 2) await count({ ...engine, bus }, item, true).catch(() => undefined)
    const event = await count({ ...engine, bus }, item)
    appendFileSync(order.acknowledgements, `${item} ${String(nOf(event))}\n`)
    dieAt('committed')
    engine.bus.emit([event])
    dieAt('emitted')
  }
} while (order.step === 'never')

while ((await outboxLength(engine)) > 0) await new Promise((resolve) => setTimeout(resolve, 5))
dieAt('done')
