// The limit of a log-in: a bare node:http handler that verifies one Argon2id hash with the parameters
// that Countersign uses, and answers. It looks nothing up, counts nothing and signs nothing.
import { createServer } from 'node:http'
import { hash, verify } from '@node-rs/argon2'
import { each, listen, loginPlan, password } from './announce.mjs'

const known = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })

const server = createServer(async (request, response) => {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  const isRight = await verify(known, JSON.parse(text).password)
  const body = '{}'
  response.writeHead(isRight ? 200 : 401, {
    'Content-Type': 'application/json',
    'Content-Length': body.length,
  })
  response.end(body)
})

const names = await each(async (index) => `bench-${index}`)
listen(server, loginPlan(names, { username: '$TOKEN', password }))
