// Talking to the emulator: acts go in, the journal says when to look again.
const OURS = { "content-type": "application/json", "x-requested-with": "donghanh" };

const post = async (path, values) => {
  const answer = await fetch(path, { method: "POST", headers: OURS, body: JSON.stringify(values) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
};

// An act; what cannot be done is told on the phone, and gives undefined.
const act = async (name, values = {}) => {
  try {
    const told = await post("/control/act", { do: name, ...values });
    return told.result;
  } catch (error) {
    toast(error.message);
    return undefined;
  }
};

const heard = async (after) => {
  const answer = await fetch(`/control/journal?after=${after}&wait=3`);
  return answer.json();
};
