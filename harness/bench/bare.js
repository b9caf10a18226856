"use strict";
// The page's half of a session that is written by hand: one function for each call
// of the API.
const all = new Map();
const tell = (id, what) => emit(JSON.stringify({ id, ...what }));
function make(id) {
  const pc = new RTCPeerConnection();
  all.set(id, pc);
  pc.onicecandidate = (e) => tell(id, { type: "candidate", candidate: e.candidate && e.candidate.toJSON() });
  pc.onconnectionstatechange = () => tell(id, { type: "state", state: pc.connectionState });
  pc.ondatachannel = (e) => adopt(id, e.channel, false);
}
// The end that made the channel speaks first, the other one answers.
function adopt(id, channel, first) {
  channel.onmessage = (e) => {
    tell(id, { type: "message", text: String(e.data) });
    if (!first) channel.send("from the page");
  };
  if (first) channel.onopen = () => channel.send("from the page");
}
function channel(id) {
  adopt(id, all.get(id).createDataChannel("bench"), true);
}
async function createOffer(id) {
  const { type, sdp } = await all.get(id).createOffer();
  return { type, sdp };
}
async function createAnswer(id) {
  const { type, sdp } = await all.get(id).createAnswer();
  return { type, sdp };
}
async function setLocal(id, description) {
  await all.get(id).setLocalDescription(description);
}
async function setRemote(id, description) {
  await all.get(id).setRemoteDescription(description);
}
async function add(id, candidate) {
  await all.get(id).addIceCandidate(candidate);
}
async function end(id) {
  all.get(id).close();
  all.delete(id);
}
