// All that is set, in one place. A secret has no place in a file: in development one is made and kept in
// ./data, in production it is COUNTERSIGN_SECRET.
export const config = {
  port: Number(process.env.PORT ?? 3000),
  redisUrl: process.env.REDIS_URL ?? 'redis://127.0.0.1:6379',
  accessToken: { lifetime: '15m' },
  session: { inactivityTimeout: '7d', absoluteLifetime: '30d' },
}
