// Verifies tokens for verification.mjs: prepares its candidate when it is asked to, and measures it for
// so many seconds when it is asked to. Peers verify tokens of the same header and claims as ours.
import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto'
import { createAuth } from '../../dist/index.js'
import { openMemoryStores } from '../../dist/stores/memory/index.js'

const hour = 3_600_000
const lifetimes = { inactivityTimeout: 168 * hour, absoluteLifetime: 720 * hour }
const secretText = 'an access secret of thirty-two bytes or more'
const many = 10_000
/** Tokens that are verified in turn where a token is to be unknown each time. */
const pool = 1000
const inFlight = 16
const accountId = '01990000-0000-7000-8000-000000000000'

const once = (make) => {
  const made = new Map()
  return (name) => {
    if (!made.has(name)) made.set(name, make(name))
    return made.get(name)
  }
}

/** One an algorithm, and one for repeats, whose tokens are not forgotten meanwhile. */
const authOf = once(async (name) =>
  createAuth({
    stores: await openMemoryStores({ clock: Date.now, accessLifetime: hour, ...lifetimes }),
    secret: secretText,
    accessToken: { algorithm: name === 'repeats' ? 'ES256' : name, lifetime: '1h' },
    // A loop without a pause keeps the feed from being read, and the sessions here are made up.
    revocation: { whenStale: 'accept' },
  }),
)

async function tokensOf(name, count) {
  const { context } = (await authOf(name)).http.core
  const subject = { sub: accountId, sid: accountId, epoch: 0, authTime: Date.now() }
  const rights = { amr: ['pwd'], roles: ['user'], scopes: [] }
  const make = () => context.signAccessToken({ ...subject, ...rights }, Date.now())
  return Promise.all(Array.from({ length: count }, make))
}

const keysOf = once((algorithm) => {
  const secret = createSecretKey(Buffer.from(secretText))
  if (algorithm === 'HS256') return { privateKey: secret, publicKey: secret }
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (algorithm === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
})

const hmac = (key, input) => createHmac('sha256', key).update(input).digest()
const digest = { ES256: 'sha256', RS256: 'sha256', EdDSA: null }
const withFormat = (key) => ({ key, dsaEncoding: 'ieee-p1363' })

/** Our tokens, signed again with a key that everybody here has. */
const foreignTokens = once(async (algorithm) => {
  const { privateKey } = keysOf(algorithm)
  return (await tokensOf(algorithm, pool)).map((token) => {
    const input = token.slice(0, token.lastIndexOf('.'))
    const bytes = Buffer.from(input)
    const signature =
      algorithm === 'HS256'
        ? hmac(privateKey, input)
        : sign(digest[algorithm], bytes, withFormat(privateKey))
    return `${input}.${signature.toString('base64url')}`
  })
})

function limitVerify(algorithm) {
  const { publicKey } = keysOf(algorithm)
  const key = withFormat(publicKey)
  return (token) => {
    const dot = token.lastIndexOf('.')
    const input = token.slice(0, dot)
    const signature = Buffer.from(token.slice(dot + 1), 'base64url')
    const isGood =
      algorithm === 'HS256'
        ? timingSafeEqual(hmac(publicKey, input), signature)
        : verify(digest[algorithm], Buffer.from(input), key, signature)
    const payload = input.slice(input.indexOf('.') + 1)
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
    if (!isGood || claims.exp * 1000 < Date.now()) throw new Error('refused')
    return claims
  }
}

/** Every candidate: `each` verifies one token of the pool by its number. */
const kinds = {
  async map(count) {
    const tokens = await tokensOf('repeats', sizeOf(count))
    const known = new Map(tokens.map((token) => [token, { sub: accountId, exp: 1 }]))
    // A token comes from the network: a string that is new each time, with a hash to be made.
    const presented = tokens.map((token) => Buffer.from(token, 'latin1'))
    return { size: tokens.length, each: (index) => known.get(presented[index].latin1Slice()) }
  },
  async ours(kind) {
    if (!(kind in { many, one: 1 })) return oursUnknown(kind)
    const auth = await authOf('repeats')
    const tokens = await tokensOf('repeats', sizeOf(kind))
    for (const token of tokens) await auth.verify(token)
    const presented = tokens.map((token) => Buffer.from(token, 'latin1'))
    return { size: tokens.length, each: (index) => auth.verify(presented[index].latin1Slice()) }
  },
  async limit(algorithm) {
    const [tokens, each] = [await foreignTokens(algorithm), limitVerify(algorithm)]
    return { size: pool, each: (index) => each(tokens[index]) }
  },
  async jose(algorithm) {
    const { jwtVerify } = await import('jose')
    const [tokens, { publicKey }] = [await foreignTokens(algorithm), keysOf(algorithm)]
    return { size: pool, inFlight, each: (index) => jwtVerify(tokens[index], publicKey) }
  },
  async fastjwt(algorithm) {
    const { createVerifier } = await import('fast-jwt')
    const { publicKey } = keysOf(algorithm)
    const key =
      algorithm === 'HS256' ? secretText : publicKey.export({ type: 'spki', format: 'pem' })
    const check = createVerifier({ key, algorithms: [algorithm], cache: false })
    const tokens = await foreignTokens(algorithm)
    return { size: pool, each: (index) => check(tokens[index]) }
  },
  async jsonwebtoken(kind) {
    const { default: jwt } = await import('jsonwebtoken')
    const key = kind === 'key' ? keysOf('HS256').publicKey : secretText
    const tokens = await foreignTokens('HS256')
    return { size: pool, each: (index) => jwt.verify(tokens[index], key) }
  },
}

const sizeOf = (kind) => (kind === 'many' ? many : 1)

async function oursUnknown(algorithm) {
  const auth = await authOf(algorithm)
  const tokens = await tokensOf(algorithm, pool)
  const each = (index) => {
    // Each time round they are new again.
    if (index === 0) auth.http.core.verifier.forgetVerified()
    return auth.verify(tokens[index])
  }
  return { size: pool, each }
}

async function measure({ size, each, inFlight: lanes }, seconds) {
  const startedAt = performance.now()
  const end = startedAt + seconds * 1000
  let done = 0
  let index = 0
  const next = () => {
    const taken = index
    index = index + 1 === size ? 0 : index + 1
    return each(taken)
  }
  const lane = async () => {
    while (performance.now() < end) {
      for (let count = 0; count < 64; count += 1) {
        const result = next()
        // Ours is a promise only where another thread, or the key store, has to be waited for.
        if (result instanceof Promise) await result
      }
      done += 64
    }
  }
  await Promise.all(Array.from({ length: lanes ?? 1 }, lane))
  return (done / (performance.now() - startedAt)) * 1000
}

let prepared

async function prepare(id) {
  const [kind, rest] = id.split('-')
  try {
    prepared = await kinds[kind](rest)
    return {}
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND')
      return { missing: kind.replace('fastjwt', 'fast-jwt') }
    throw error
  }
}

process.on('message', async ({ prepare: id, seconds }) => {
  const answer =
    id === undefined ? { perSecond: await measure(prepared, seconds) } : await prepare(id)
  process.send(answer)
})
process.once('disconnect', () => process.exit())
