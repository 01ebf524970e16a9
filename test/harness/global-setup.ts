/** Starts the servers once for a whole test run, and tells the workers where they are. */
import { startServers } from './servers.ts'

export default async function setup(): Promise<() => Promise<void>> {
  const servers = await startServers()
  if (servers.postgres !== null) process.env['TEST_PG_URL'] = servers.postgres.url
  if (servers.mariadb !== null) process.env['TEST_MARIADB_URL'] = servers.mariadb.url
  if (servers.redis !== null) process.env['TEST_REDIS_URL'] = servers.redis.url
  return servers.stop
}
