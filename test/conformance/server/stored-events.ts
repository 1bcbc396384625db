import type { EventId, EventStore, JSONRPCMessage, StreamId } from '@modelcontextprotocol/server'

interface StoredEvent {
  readonly streamId: StreamId
  readonly message: JSONRPCMessage
}

/** The events of a session, kept for clients that resume a stream. An event's id is its place in the session. */
export class StoredEvents implements EventStore {
  readonly #events: StoredEvent[] = []

  storeEvent(streamId: StreamId, message: JSONRPCMessage): Promise<EventId> {
    this.#events.push({ streamId, message })
    return Promise.resolve(String(this.#events.length - 1))
  }

  getStreamIdForEventId(eventId: EventId): Promise<StreamId | undefined> {
    return Promise.resolve(this.#events[Number(eventId)]?.streamId)
  }

  async replayEventsAfter(
    lastEventId: EventId,
    { send }: { send: (eventId: EventId, message: JSONRPCMessage) => Promise<void> }
  ): Promise<StreamId> {
    const streamId = this.#events[Number(lastEventId)]?.streamId
    if (streamId === undefined) throw new Error(`there is no event ${lastEventId}`)
    for (const [id, event] of this.#events.entries())
      // The event that opens a stream has an id for the client to resume from, and no message.
      if (id > Number(lastEventId) && event.streamId === streamId && 'jsonrpc' in event.message)
        await send(String(id), event.message)
    return streamId
  }
}
