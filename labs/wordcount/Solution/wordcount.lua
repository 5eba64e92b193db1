#!lua name=wordcount

-- The server's side of the word count. A function runs wholly or not at all as far as anybody can
-- see, and Redis dies only between two of them: whatever stands in one function is one atom.
--
-- An entry of the stream is one file. It is pending from the moment a worker gets it until somebody
-- acknowledges it; XACK answers 1 to the first who does and 0 to everybody after. So the counts of a
-- file may be added only where XACK said 1.

-- One file at a time, every word by itself: what one writes first.
-- KEYS: stream, sorted set of counts, totals    ARGV: group, id, bytes, words, word, count, …
local function commit_simple(keys, args)
    if redis.call('XACK', keys[1], args[1], args[2]) == 0 then
        return {'refused', args[2]}
    end
    for i = 5, #args, 2 do
        redis.call('ZINCRBY', keys[2], args[i + 1], args[i])
    end
    redis.call('HINCRBY', keys[3], 'files', 1)
    redis.call('HINCRBY', keys[3], 'bytes', args[3])
    redis.call('HINCRBY', keys[3], 'words', args[4])
    return {'applied'}
end

-- Several files at once, their counts combined by the worker into packed blocks that the server does
-- not look into: all of the files, or none, since the counts cannot be told apart any more. All
-- blocks but the last may have been sent ahead, into fields 'attempt:1', 'attempt:2', … of a hash.
-- KEYS: stream, list of partial counts, totals, staged blocks
-- ARGV: group, attempt, number of staged blocks, last block, bytes, words, id, …
local function commit(keys, args)
    local staged = {}
    for i = 1, tonumber(args[3]) do
        staged[i] = redis.call('HGET', keys[4], args[2] .. ':' .. i)
        redis.call('HDEL', keys[4], args[2] .. ':' .. i)
    end
    local refused = {'refused'}
    local seen = {}
    for i = 7, #args do
        -- A batch that holds a file twice has counted it twice: XACK would say so too late.
        if seen[args[i]] then
            return redis.error_reply('ERR entry ' .. args[i] .. ' stands twice in one commit')
        end
        seen[args[i]] = true
        if #redis.call('XPENDING', keys[1], args[1], args[i], args[i], 1) == 0 then
            refused[#refused + 1] = args[i]
        end
    end
    if #refused > 1 then
        return refused
    end
    -- A block is gone if the server has died since it was sent: then nothing is added.
    for i = 1, tonumber(args[3]) do
        if not staged[i] then
            return {'lost'}
        end
    end
    for i = 7, #args do
        redis.call('XACK', keys[1], args[1], args[i])
    end
    for i = 1, #staged do
        redis.call('RPUSH', keys[2], staged[i])
    end
    redis.call('RPUSH', keys[2], args[4])
    redis.call('HINCRBY', keys[3], 'files', #args - 6)
    redis.call('HINCRBY', keys[3], 'bytes', args[5])
    redis.call('HINCRBY', keys[3], 'words', args[6])
    return {'applied'}
end

-- A file that cannot be counted is put aside with its reason, so that the others can be finished.
-- KEYS: stream, failures, totals    ARGV: group, id, reason
local function put_aside(keys, args)
    if redis.call('XACK', keys[1], args[1], args[2]) == 0 then
        return {'refused', args[2]}
    end
    redis.call('HSET', keys[2], args[2], args[3])
    redis.call('HINCRBY', keys[3], 'failed', 1)
    return {'applied'}
end

-- Tells the group that the consumer is alive and at work on these entries: their idle time begins
-- anew. An entry that somebody else has taken over by now stays with them.
-- KEYS: stream    ARGV: group, consumer, id, …
local function keep(keys, args)
    local kept = 0
    for i = 3, #args do
        if #redis.call('XPENDING', keys[1], args[1], args[i], args[i], 1, args[2]) == 1 then
            redis.call('XCLAIM', keys[1], args[1], args[2], 0, args[i], 'JUSTID')
            kept = kept + 1
        end
    end
    return kept
end

redis.register_function('wordcount_commit_simple', commit_simple)
redis.register_function('wordcount_commit', commit)
redis.register_function('wordcount_put_aside', put_aside)
redis.register_function('wordcount_keep', keep)
