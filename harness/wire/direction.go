package wire

// Direction is the a= attribute of a section that sends, receives, both or neither (RFC
// 8866 section 6.7).
func Direction(send, receive bool) string {
	switch {
	case send && receive:
		return "sendrecv"
	case send:
		return "sendonly"
	case receive:
		return "recvonly"
	}
	return "inactive"
}

// Ways is what a direction sends and receives.
func Ways(direction string) (send, receive bool) {
	return direction == "sendrecv" || direction == "sendonly", direction == "sendrecv" || direction == "recvonly"
}
