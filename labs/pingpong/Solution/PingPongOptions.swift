/// What the commands of ping-pong let one choose.
struct PingPongOptions {
    var goal = 3
    var variant = Variant.right
}
