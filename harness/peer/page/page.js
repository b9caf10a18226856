// The page's half of a browser peer: RTCPeerConnections by number, driven by
// calls from Go and reporting through emit. It translates, and repairs nothing.
//
// Called once with emit, a function of one string, it returns the function that
// Go calls with a list of {id, conn, method, params}. What it emits is JSON, one
// value a line: {id, result} or {id, error: {name, message}} for each call, and
// {conn, event} for what a connection says. Methods, params, results and events are those of
// Go's peer.Connection. Calls start in their order; none waits for the one
// before it to settle.
(emit) => {
  'use strict';

  // A closed connection still answers (InvalidStateError is for the browser to
  // say), until this many later ones were closed.
  const KEEP_CLOSED = 64;

  const connections = new Map();
  const closed = [];
  const media = {}; // kind -> running synthetic source

  // What is said in one task goes out together, in its order: a message to Go
  // costs more than what it says.
  let said = [];
  const flush = () => {
    const lines = said;
    said = [];
    emit(lines.join('\n'));
  };
  const put = (value) => {
    if (said.push(JSON.stringify(value)) === 1) queueMicrotask(flush);
  };

  const say = (c, type, more) => put({ conn: c.id, event: { type, peerTime: performance.now(), ...more } });

  // The next turn of the event loop. Unlike a timer, never throttled.
  const turn = () =>
    new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { port1.close(); done(); };
      port2.postMessage(0);
    });

  const description = (d) => d && { type: d.type, sdp: d.sdp };

  const toBase64 = (buffer) => {
    let s = '';
    for (const byte of new Uint8Array(buffer)) s += String.fromCharCode(byte);
    return btoa(s);
  };
  const fromBase64 = (s) => Uint8Array.from(atob(s), (char) => char.charCodeAt(0));

  const message = (data) => (typeof data === 'string' ? { text: data } : { binary: true, bytes: toBase64(data) });

  // Synthetic media: one source of a kind runs while any connection uses it, and
  // every connection gets a clone of its track.
  const sources = {
    audio() {
      const context = new AudioContext({ sinkId: { type: 'none' } });
      const tone = context.createOscillator();
      const out = context.createMediaStreamDestination();
      tone.connect(out);
      tone.start();
      context.resume(); // calls carry a user gesture, which lets it start
      return { track: out.stream.getAudioTracks()[0], end: () => context.close() };
    },
    video() {
      const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 120 });
      const paint = canvas.getContext('2d');
      let frame = 0;
      const draw = () => {
        paint.fillStyle = `hsl(${(frame * 7) % 360} 80% 50%)`;
        paint.fillRect(0, 0, canvas.width, canvas.height);
        paint.fillStyle = '#fff';
        paint.fillRect((frame++ * 5) % canvas.width, 40, 40, 40);
      };
      draw();
      const timer = setInterval(draw, 100);
      return { track: canvas.captureStream(10).getVideoTracks()[0], end: () => clearInterval(timer) };
    },
  };

  const isKind = (kind) => Object.hasOwn(sources, kind);

  // Hands a synthetic track to use; it ends with the connection, or at once when
  // use throws.
  function withTrack(c, kind, use) {
    const source = (media[kind] ??= { users: 0, ...sources[kind]() });
    source.users++;
    const track = source.track.clone();
    const end = () => {
      track.stop();
      if (--source.users > 0) return;
      source.track.stop();
      source.end();
      delete media[kind];
    };
    try {
      use(track);
    } catch (e) {
      end();
      throw e;
    }
    c.stream.addTrack(track);
    c.ends.push(end);
  }

  function adopt(c, channel) {
    const handle = `c${c.channels.size + 1}`;
    c.channels.set(handle, channel);
    channel.binaryType = 'arraybuffer';
    const tell = (type, more) => say(c, type, { channel: handle, label: channel.label, ...more });
    let opened = false;
    const open = () => {
      if (!opened) tell('open');
      opened = true;
    };
    channel.addEventListener('open', open);
    channel.addEventListener('close', () => tell('close'));
    channel.addEventListener('bufferedamountlow', () => tell('bufferedamountlow'));
    channel.addEventListener('message', (e) => tell('message', { message: message(e.data) }));
    channel.addEventListener('error', (e) =>
      tell('log', { level: 'info', text: `data channel error: ${e.error && e.error.message}` }));
    return { handle, tell, open };
  }

  function channelOf(c, handle) {
    const channel = c.channels.get(handle);
    if (!channel) throw new DOMException(`no data channel ${handle}`, 'NotFoundError');
    return channel;
  }

  function transceiverOf(c, mid) {
    const transceiver = c.pc.getTransceivers().find((t) => t.mid === mid);
    if (!transceiver) throw new DOMException(`no transceiver of mid "${mid}"`, 'NotFoundError');
    return transceiver;
  }

  // Copies attributes; those that the browser does not have are left out.
  const pick = (from, names) => Object.fromEntries(names.map((name) => [name, from[name]]));

  const candidateFields = (candidate) => pick(candidate, [
    'foundation', 'component', 'priority', 'address', 'protocol', 'port', 'type', 'tcpType', 'relatedAddress', 'relatedPort',
    'relayProtocol', 'url',
  ]);
  const channelState = (channel) => pick(channel, [
    'label', 'protocol', 'ordered', 'maxPacketLifeTime', 'maxRetransmits', 'negotiated', 'id', 'readyState', 'bufferedAmount',
  ]);
  const states = (pc) => pick(pc, ['signalingState', 'iceGatheringState', 'iceConnectionState', 'connectionState']);
  const seen = (pc) => ({ ...states(pc), localDescription: Boolean(pc.localDescription) });

  function snapshot({ pc }) {
    const size = pc.sctp?.maxMessageSize;
    const descriptions = [
      'localDescription', 'remoteDescription', 'currentLocalDescription', 'pendingLocalDescription', 'currentRemoteDescription',
      'pendingRemoteDescription',
    ];
    return {
      ...states(pc),
      ...Object.fromEntries(descriptions.map((name) => [name, description(pc[name])])),
      canTrickleIceCandidates: pc.canTrickleIceCandidates,
      transceivers: pc.getTransceivers().map((t) => ({ kind: t.receiver.track.kind, ...pick(t, ['mid', 'direction', 'currentDirection']) })),
      maxMessageSize: size === Infinity ? -1 : size,
    };
  }

  function newCandidate(init) {
    const candidate = new RTCIceCandidate(init);
    return { json: candidate.toJSON(), fields: candidateFields(candidate) };
  }

  function listen(c) {
    const { pc } = c;
    pc.addEventListener('icecandidate', (e) =>
      say(c, 'icecandidate', { candidate: e.candidate, seen: seen(pc), fields: e.candidate && candidateFields(e.candidate) }));
    pc.addEventListener('icecandidateerror', (e) =>
      say(c, 'icecandidateerror', {
        text: `${e.url}: ${e.errorCode} ${e.errorText} (from ${e.address}:${e.port})`,
        error: pick(e, ['address', 'port', 'url', 'errorCode', 'errorText']),
      }));
    for (const [type, state] of [
      ['icegatheringstatechange', 'iceGatheringState'],
      ['iceconnectionstatechange', 'iceConnectionState'],
      ['connectionstatechange', 'connectionState'],
      ['signalingstatechange', 'signalingState'],
    ]) {
      pc.addEventListener(type, () => say(c, type, { state: pc[state], seen: seen(pc) }));
    }
    pc.addEventListener('negotiationneeded', () => say(c, 'negotiationneeded'));
    pc.addEventListener('track', (e) => say(c, 'track', { kind: e.track.kind, mid: e.transceiver.mid || '' }));
    pc.addEventListener('datachannel', (e) => {
      const { tell, open } = adopt(c, e.channel);
      tell('datachannel', { opened: channelState(e.channel) });
      if (e.channel.readyState === 'open') open();
    });
  }

  // The W3C's statistics with the references between them followed. All comes from
  // one getStats, so that a selected pair and the list of pairs are of one moment.
  async function stats(c) {
    const report = await c.pc.getStats();
    const candidate = (s) => s && {
      type: s.candidateType, protocol: s.protocol, address: s.address || '', port: s.port || 0,
      ...pick(s, ['priority', 'foundation', 'url', 'relayProtocol']),
    };
    const end = (id) => candidate(report.get(id));
    const fingerprint = (id) => {
      const s = report.get(id);
      return s && `${s.fingerprintAlgorithm} ${s.fingerprint}`;
    };
    const all = { transports: [], inbound: [], outbound: [], pairs: [], localCandidates: [], remoteCandidates: [], channels: [] };
    const read = {
      transport(s) {
        const pair = report.get(s.selectedCandidatePairId);
        all.transports.push({
          ...pick(s, ['id', 'iceRole', 'dtlsState', 'dtlsRole', 'iceState', 'bytesSent', 'bytesReceived']),
          localUfrag: s.iceLocalUsernameFragment,
          localFingerprint: fingerprint(s.localCertificateId), remoteFingerprint: fingerprint(s.remoteCertificateId),
          ...(pair && {
            local: end(pair.localCandidateId), remote: end(pair.remoteCandidateId), nominated: pair.nominated, pairState: pair.state,
          }),
        });
      },
      'candidate-pair'(s) {
        all.pairs.push({
          transport: s.transportId, local: end(s.localCandidateId), remote: end(s.remoteCandidateId),
          ...pick(s, ['state', 'nominated', 'bytesSent', 'bytesReceived']),
        });
      },
      'inbound-rtp'(s) {
        all.inbound.push({
          ...pick(s, ['mid', 'kind', 'packetsReceived', 'framesDecoded']), samplesReceived: s.totalSamplesReceived,
        });
      },
      'outbound-rtp': (s) => all.outbound.push(pick(s, ['mid', 'kind', 'packetsSent'])),
      'local-candidate': (s) => all.localCandidates.push(candidate(s)),
      'remote-candidate': (s) => all.remoteCandidates.push(candidate(s)),
      'data-channel'(s) {
        all.channels.push({
          id: s.dataChannelIdentifier,
          ...pick(s, ['label', 'state', 'messagesSent', 'messagesReceived', 'bytesSent', 'bytesReceived']),
        });
      },
    };
    for (const s of report.values()) {
      if (Object.hasOwn(read, s.type)) read[s.type](s);
    }
    return all;
  }

  function dataChannelInit({ unordered, ...rest } = {}) {
    return { ordered: !unordered, ...rest };
  }

  const methods = {
    createDataChannel: (c, p) => adopt(c, c.pc.createDataChannel(p.label, dataChannelInit(p.init))).handle,
    send(c, { channel, message: m }) {
      channelOf(c, channel).send(m.binary ? fromBase64(m.bytes || '') : m.text || '');
    },
    closeDataChannel: (c, p) => channelOf(c, p.channel).close(),
    addTrack(c, { kind }) {
      if (!isKind(kind)) throw new TypeError(`kind: got "${kind}", want audio or video`);
      withTrack(c, kind, (track) => { c.pc.addTrack(track, c.stream); });
    },
    addTransceiver(c, { kind, init: { direction } }) {
      const init = direction ? { direction } : {};
      if (isKind(kind) && [undefined, 'sendrecv', 'sendonly'].includes(direction)) {
        withTrack(c, kind, (track) => { c.pc.addTransceiver(track, { ...init, streams: [c.stream] }); });
      } else {
        c.pc.addTransceiver(kind, init);
      }
    },
    createOffer: async (c, p) => description(await c.pc.createOffer(p.options)),
    createAnswer: async (c) => description(await c.pc.createAnswer()),
    setLocalDescription: (c, p) =>
      p.description ? c.pc.setLocalDescription(p.description) : c.pc.setLocalDescription(),
    setRemoteDescription: (c, p) => c.pc.setRemoteDescription(p.description),
    addIceCandidate: (c, p) => c.pc.addIceCandidate(p.candidate),
    restartIce: (c) => c.pc.restartIce(),
    setConfiguration: (c, p) => c.pc.setConfiguration(p.configuration),
    setDirection(c, { mid, direction }) { transceiverOf(c, mid).direction = direction; },
    stopTransceiver: (c, p) => transceiverOf(c, p.mid).stop(),
    channel: (c, p) => channelState(channelOf(c, p.channel)),
    setBufferedAmountLowThreshold(c, p) { channelOf(c, p.channel).bufferedAmountLowThreshold = p.bytes; },
    newCandidate: (c, p) => newCandidate(p.init),
    snapshot,
    stats,
    async close(c) {
      c.pc.close();
      for (const end of c.ends.splice(0)) end();
      closed.push(c.id);
      if (closed.length > KEEP_CLOSED) connections.delete(closed.shift());
      await turn(); // what close() queued is still heard
    },
  };

  function open(id, configuration) {
    const pc = new RTCPeerConnection(configuration);
    const c = { id, pc, channels: new Map(), stream: new MediaStream(), ends: [] };
    connections.set(id, c);
    listen(c);
  }

  function perform({ conn, method, params }) {
    if (method === 'open') return open(conn, params);
    const c = connections.get(conn);
    // No DOMException: this is the page's own memory, not the browser's answer.
    if (!c) throw Object.assign(new Error(`connection ${conn} was closed and forgotten`), { name: 'Forgotten' });
    return methods[method](c, params);
  }

  async function answer(call) {
    try {
      // An async function runs up to its first await at once: calls start in order.
      const result = await perform(call);
      put({ id: call.id, result });
    } catch (e) {
      const error = { name: String((e && e.name) || 'Error'), message: String((e && e.message) ?? e) };
      put({ id: call.id, error });
    }
  }

  return (calls) => { for (const call of calls) answer(call); };
}
