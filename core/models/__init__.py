"""The networks, their card and weights, the one preprocessing, and the engines that run them."""
