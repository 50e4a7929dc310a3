/**
 * Compare-and-set of a shard. 1 if it was made or had been made before, 0 if other positions are kept.
 *
 * KEYS: positions, calls, memories…
 * ARGV: what there is (`p`: positions are expected, `c`: calls come with it), expected positions, new ones, calls, seconds to live of positions, of
 * the rest, memories….
 *
 * A script and not WATCH with MULTI: it belongs to no connection, so that many shards share one and a single round trip; `test/bench/redis.ts` has
 * the figures.
 */
export const SAVE = `
local kept = redis.call('GET', KEYS[1])
if kept == ARGV[3] then return 1 end
if string.find(ARGV[1], 'p', 1, true) then
  if kept ~= ARGV[2] then return 0 end
elseif kept then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'EX', ARGV[5])
if string.find(ARGV[1], 'c', 1, true) then redis.call('SET', KEYS[2], ARGV[4], 'EX', ARGV[6]) end
for i = 3, #KEYS do redis.call('SET', KEYS[i], ARGV[i + 4], 'EX', ARGV[6]) end
return 1`;
